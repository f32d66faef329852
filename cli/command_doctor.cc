#include <algorithm>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "agent/worlds/doctor.h"
#include "cli/command.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

constexpr size_t kTextWidth = 100;

struct DoctorOptions {
  std::string probe;
  OutputFormat format = OutputFormat::kTable;
};

std::string DoctorText(const std::vector<WorldAvailability>& worlds,
                       const Console& console) {
  constexpr size_t kNameWidth = 10;
  const size_t width = std::min(console.width(), kTextWidth) - kNameWidth - 2;
  const std::string indent(kNameWidth + 2, ' ');
  std::string text;
  for (const WorldAvailability& world : worlds) {
    std::string name(WorldName(world.world));
    name.resize(kNameWidth, ' ');
    absl::StrAppend(&text, console.Painted(name, Paint::kBold),
                    world.available
                        ? console.Painted("available", Paint::kGood)
                        : console.Painted("not available", Paint::kBad),
                    "\n");
    if (!world.reason.empty()) {
      absl::StrAppend(&text, "  because ", "  ",
                      Wrapped(world.reason, width, indent), "\n");
    }
    for (const std::string& cost : world.costs) {
      absl::StrAppend(&text, world.available ? "  note    " : "  costs   ",
                      "  ", Wrapped(cost, width, indent), "\n");
    }
  }
  return text;
}

std::string DoctorJson(const std::vector<WorldAvailability>& worlds) {
  Json list = Json::array();
  for (const WorldAvailability& world : worlds) {
    list.push_back({{"world", std::string(WorldName(world.world))},
                    {"available", world.available},
                    {"reason", world.reason},
                    {"costs", world.costs}});
  }
  return Printed({{"schema", "sockdrift.doctor/1"}, {"worlds", list}});
}

// Fine when the default world is to be had: an audit then needs no flag.
ExitCode ExamineHost(const DoctorOptions& options, Console& console) {
  const absl::StatusOr<std::vector<WorldAvailability>> worlds =
      Examine(options.probe);
  if (!worlds.ok()) {
    console.Error(worlds.status());
    return ExitCode::kOwnFault;
  }
  console.Data(options.format == OutputFormat::kJson
                   ? DoctorJson(*worlds)
                   : DoctorText(*worlds, console));
  const bool replica = std::any_of(
      worlds->begin(), worlds->end(), [](const WorldAvailability& world) {
        return world.world == World::kReplica && world.available;
      });
  if (replica) return ExitCode::kFine;
  console.Error(
      "this host does not give the default world, replica: follow its "
      "reason, or audit another one with --world");
  return ExitCode::kCouldNotTell;
}

}  // namespace

void AddDoctorCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "doctor",
      "Which worlds this host gives, why not the others, and what that costs");
  auto options = std::make_shared<DoctorOptions>();
  command
      ->add_option("--probe", options->probe,
                   "the probe's executable; beside this one by default")
      ->option_text("PATH");
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return ExamineHost(*options, console);
    };
  });
}

}  // namespace sockdrift
