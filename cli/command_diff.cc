#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/behaviour_diff.h"
#include "cli/command.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

struct DiffOptions {
  std::vector<std::string> operands;
  bool list_cells = false;
  OutputFormat format = OutputFormat::kTable;
};

// FILE, or FILE#HOST for one host of several.
absl::StatusOr<DiffSide> ReadSide(const std::string& operand) {
  const size_t mark = operand.rfind('#');
  const std::string path = operand.substr(0, mark);
  const std::string host =
      mark == std::string::npos ? "" : operand.substr(mark + 1);
  SOCKDRIFT_ASSIGN_OR_RETURN(BehaviourFile file, ReadBehaviourFile(path));
  return TakeSide(std::move(file), operand, host);
}

void SayWhyNothingIsComparable(const BehaviourDiff& diff, Console& console) {
  if (!diff.plans.empty()) {
    console.Error(
        "nothing could be compared: no cell is DONE on both sides\n  audit "
        "both again where the worlds can be had; 'sockdrift doctor' tells");
    return;
  }
  console.Error(absl::StrCat(
      "nothing could be compared: the two have no plan in the same world in "
      "common\n  A has ",
      diff.only_a.empty() ? "nothing" : absl::StrJoin(diff.only_a, ", "),
      "\n  B has ",
      diff.only_b.empty() ? "nothing" : absl::StrJoin(diff.only_b, ", ")));
}

ExitCode DiffFiles(const DiffOptions& options, Console& console) {
  const absl::StatusOr<DiffSide> a = ReadSide(options.operands[0]);
  const absl::StatusOr<DiffSide> b = ReadSide(options.operands[1]);
  for (const auto* side : {&a, &b}) {
    if (!side->ok()) console.Error(side->status());
  }
  if (!a.ok() || !b.ok()) return ExitCode::kInvalid;
  const BehaviourDiff diff = Compare(*a, *b);
  console.Data(options.format == OutputFormat::kJson
                   ? DiffJson(diff, *a, *b)
                   : DiffText(diff, *a, *b, options.list_cells, console));
  const ExitCode code = ExitCodeOf(diff);
  if (code == ExitCode::kCouldNotTell) {
    SayWhyNothingIsComparable(diff, console);
  }
  return code;
}

}  // namespace

void AddDiffCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "diff",
      "In which cells two behaviour files differ, as rules, and which facts "
      "do");
  auto options = std::make_shared<DiffOptions>();
  command
      ->add_option("FILE", options->operands,
                   "two behaviour files; FILE#HOST takes one host of several")
      ->required()
      ->expected(2)
      ->option_text("A B");
  command->add_flag("--cells", options->list_cells,
                    "list every differing cell too");
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return DiffFiles(*options, console);
    };
  });
}

}  // namespace sockdrift
