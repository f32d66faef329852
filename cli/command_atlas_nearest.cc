#include <algorithm>
#include <map>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "atlas/embedded_atlas.h"
#include "cli/atlas_nearest.h"
#include "cli/diff_operand.h"
#include "cli/fleet_likeness.h"
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

// Hosts that behave alike, and what was found of the first.
struct FoundHosts {
  std::vector<std::string> hosts;               // at least one
  std::unique_ptr<const AtlasNearest> nearest;  // null: nothing is comparable
};

// Genomes are of all plans in the first world, as they were last seen: of a
// run, or in another world, each host is looked at by itself.
bool GenomesTell(const ScopeOptions& scope) {
  return scope.run_id.empty() && scope.world == v1::WORLD_UNSPECIFIED;
}

ExitCode FindByGenome(ControllerClient& client, const ScopeOptions& scope,
                      EntryRanker& ranker, std::vector<FoundHosts>& found,
                      Console& console) {
  v1::ListHostsResponse response;
  const ExitCode listed =
      FetchHostList(client, scope.selector, false, response, console);
  if (listed != ExitCode::kFine) return listed;
  std::map<std::string, const AlikeHosts*> speakers;
  std::vector<std::string> asked;
  const std::vector<AlikeHosts> groups = HostsByGenome(response);
  for (const AlikeHosts& group : groups) {
    asked.push_back(group.hosts.front()->host_id());
    speakers[asked.back()] = &group;
  }
  if (asked.empty()) {
    console.Error(
        "no host that matches was measured yet: 'sockdrift run' does");
    return ExitCode::kCouldNotTell;
  }
  return FetchHosts(
      client, ToScope(scope), asked, console, [&](const BehaviourFile& file) {
        for (const HostBehaviour& host : file.hosts) {
          FoundHosts& one = found.emplace_back();
          for (const v1::FleetHost* alike : speakers.at(host.host)->hosts) {
            one.hosts.push_back(alike->host_id());
          }
          one.nearest =
              FindNearest(SubjectOf(file, host), BuiltInAtlas(), ranker);
        }
      });
}

ExitCode FindInFleet(const NearestOptions& options, EntryRanker& ranker,
                     std::vector<FoundHosts>& found, Console& console) {
  absl::StatusOr<ControllerClient> client =
      ControllerClient::Create(options.controller);
  if (!client.ok()) {
    console.Error(client.status());
    return ExitCode::kInvalid;
  }
  if (GenomesTell(options.scope)) {
    return FindByGenome(*client, options.scope, ranker, found, console);
  }
  BehaviourFile file;
  const ExitCode fetched =
      FetchBehaviours(*client, ToScope(options.scope), file, console);
  for (const HostBehaviour& host : file.hosts) {
    found.push_back(
        {{host.host},
         FindNearest(SubjectOf(file, host), BuiltInAtlas(), ranker)});
  }
  return fetched;
}

ExitCode FindInOperands(const NearestOptions& options, EntryRanker& ranker,
                        std::vector<FoundHosts>& found, Console& console) {
  OperandReader reader(options.controller, ToScope(options.scope), console);
  for (const std::string& operand : options.operands) {
    BehaviourFile file;
    const ExitCode read = reader.ReadHosts(operand, file);
    if (read != ExitCode::kFine) return read;
    for (const HostBehaviour& host : file.hosts) {
      // Files of one host are often of the same one.
      const bool by_file =
          options.operands.size() > 1 && file.hosts.size() == 1;
      found.push_back(
          {{by_file ? operand : host.host},
           FindNearest(SubjectOf(file, host), BuiltInAtlas(), ranker)});
    }
  }
  return ExitCode::kFine;
}

// "web-1, web-2, web-3 and 37 more"
std::string NamesOf(const FoundHosts& found) {
  constexpr size_t kNamed = 3;
  const auto named = absl::MakeConstSpan(found.hosts).subspan(0, kNamed);
  std::string names = absl::StrJoin(named, ", ");
  if (named.size() < found.hosts.size()) {
    absl::StrAppend(&names, " and ", found.hosts.size() - named.size(),
                    " more");
  }
  return names;
}

std::string NearestTable(const std::vector<FoundHosts>& found,
                         const Console& console) {
  const Atlas& atlas = BuiltInAtlas();
  Table table({{.title = "HOST", .shrinks = true},
               {.title = "KERNEL"},
               {.title = "NEAREST"},
               {.title = "DIFFER", .alignment = Alignment::kRight},
               {.title = "OF CELLS", .alignment = Alignment::kRight},
               {.title = "", .shrinks = true}});
  for (const FoundHosts& one : found) {
    if (one.nearest == nullptr) {
      table.Add(
          {NamesOf(one), "", "", "", "", "the atlas has none of its plans"});
      continue;
    }
    const AtlasNearest& nearest = *one.nearest;
    const auto alike = absl::MakeConstSpan(nearest.ranked).first(nearest.alike);
    table.Add({NamesOf(one),
               nearest.kernel.version,
               NameEntries(atlas, alike),
               {WithCommas(nearest.first().differing),
                nearest.exact() ? Paint::kGood : Paint::kDoubtful},
               WithCommas(nearest.first().compared),
               RemarkOf(nearest)});
  }
  return table.Render(console);
}

std::string NearestListJson(const std::vector<FoundHosts>& found) {
  Json behaviours = Json::array();
  for (const FoundHosts& one : found) {
    behaviours.push_back(
        {{"hosts", one.hosts},
         {"kernel", one.nearest == nullptr ? "" : one.nearest->kernel.version},
         {"atlas", NearestJson(one.nearest.get(), BuiltInAtlas())}});
  }
  return Printed(
      {{"schema", "sockdrift.nearest/2"}, {"behaviours", behaviours}});
}

ExitCode TellNearest(const NearestOptions& options, Console& console) {
  const Atlas& atlas = BuiltInAtlas();
  EntryRanker ranker(atlas);
  std::vector<FoundHosts> found;
  const ExitCode read = options.operands.empty()
                            ? FindInFleet(options, ranker, found, console)
                            : FindInOperands(options, ranker, found, console);
  if (read != ExitCode::kFine) return read;
  const auto known = std::ranges::count_if(
      found, [](const FoundHosts& one) { return one.nearest != nullptr; });
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
