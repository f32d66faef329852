#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "atlas/embedded_atlas.h"
#include "cli/atlas_nearest.h"
#include "cli/diff_operand.h"
#include "cli/remote_commands.h"
#include "cli/remote_file.h"
#include "cli/table.h"
#include "core/divergence/render.h"

namespace sockdrift {
namespace {

struct NearestOptions {
  std::vector<std::string> operands;
  TransportOptions controller;
  ScopeOptions scope;
  OutputFormat format = OutputFormat::kTable;
};

// One host and what was found of it.
struct FoundHost {
  std::string host;
  std::unique_ptr<const AtlasNearest> nearest;  // null: nothing is comparable
};

ExitCode ReadOperands(const NearestOptions& options,
                      std::vector<BehaviourFile>& files, Console& console) {
  if (options.operands.empty()) {
    absl::StatusOr<ControllerClient> client =
        ControllerClient::Create(options.controller);
    if (!client.ok()) {
      console.Error(client.status());
      return ExitCode::kInvalid;
    }
    return FetchBehaviours(*client, ToScope(options.scope),
                           files.emplace_back(), console);
  }
  OperandReader reader(options.controller, ToScope(options.scope), console);
  for (const std::string& operand : options.operands) {
    const ExitCode read = reader.ReadHosts(operand, files.emplace_back());
    if (read != ExitCode::kFine) return read;
  }
  return ExitCode::kFine;
}

std::string NearestTable(const std::vector<FoundHost>& found,
                         const Console& console) {
  const Atlas& atlas = BuiltInAtlas();
  Table table({{.title = "HOST", .shrinks = true},
               {.title = "KERNEL"},
               {.title = "NEAREST"},
               {.title = "DIFFER", .alignment = Alignment::kRight},
               {.title = "OF CELLS", .alignment = Alignment::kRight},
               {.title = "", .shrinks = true}});
  for (const FoundHost& one : found) {
    if (one.nearest == nullptr) {
      table.Add({one.host, "", "", "", "", "the atlas has none of its plans"});
      continue;
    }
    const AtlasNearest& nearest = *one.nearest;
    const auto alike = absl::MakeConstSpan(nearest.ranked).first(nearest.alike);
    table.Add({one.host,
               nearest.kernel,
               NameEntries(atlas, alike),
               {WithCommas(nearest.first().differing),
                nearest.exact() ? Paint::kGood : Paint::kDoubtful},
               WithCommas(nearest.first().compared),
               RemarkOf(nearest)});
  }
  return table.Render(console);
}

std::string NearestListJson(const std::vector<FoundHost>& found) {
  Json hosts = Json::array();
  for (const FoundHost& one : found) {
    hosts.push_back(
        {{"host", one.host},
         {"kernel", one.nearest == nullptr ? "" : one.nearest->kernel},
         {"atlas", NearestJson(one.nearest.get(), BuiltInAtlas())}});
  }
  return Printed({{"schema", "sockdrift.nearest/1"}, {"hosts", hosts}});
}

ExitCode TellNearest(const NearestOptions& options, Console& console) {
  std::vector<BehaviourFile> files;
  const ExitCode read = ReadOperands(options, files, console);
  if (read != ExitCode::kFine) return read;
  const Atlas& atlas = BuiltInAtlas();
  EntryRanker ranker(atlas);
  std::vector<FoundHost> found;
  size_t known = 0;
  for (size_t i = 0; i < files.size(); ++i) {
    for (const HostBehaviour& host : files[i].hosts) {
      // Files of one host are often of the same one.
      const bool by_file = i < options.operands.size() &&
                           files[i].hosts.size() == 1 && files.size() > 1;
      found.push_back({by_file ? options.operands[i] : host.host,
                       FindNearest(SubjectOf(files[i], host), atlas, ranker)});
      known += found.back().nearest != nullptr;
    }
  }
  if (options.format == OutputFormat::kJson) {
    console.Data(NearestListJson(found));
  } else if (found.size() == 1 && known == 1) {
    console.Data(absl::StrCat(
        absl::StrJoin(NearestLines(*found[0].nearest, atlas, console.width()),
                      "\n"),
        "\n"));
  } else {
    console.Data(NearestTable(found, console));
  }
  if (known > 0) return ExitCode::kFine;
  console.Error(
      "nothing could be compared: the atlas has none of these plans as they "
      "were measured");
  return ExitCode::kCouldNotTell;
}

}  // namespace

void AddAtlasNearestCommand(CLI::App& atlas, Invocation& invocation) {
  CLI::App* command = atlas.add_subcommand(
      "nearest",
      "Which entries hosts behave like: those of behaviour files, or, without "
      "operands, of a controller's fleet");
  auto options = std::make_shared<NearestOptions>();
  command
      ->add_option("OPERAND", options->operands,
                   "a behaviour file, all of its hosts; FILE#HOST, one of "
                   "them; host:NAME, which asks the controller")
      ->option_text("FILE|host:NAME…");
  AddControllerOptions(*command, options->controller);
  AddScopeOptions(*command, options->scope);
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return TellNearest(*options, console);
    };
  });
}

}  // namespace sockdrift
