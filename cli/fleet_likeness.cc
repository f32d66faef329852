#include "cli/fleet_likeness.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "atlas/embedded_atlas.h"
#include "cli/atlas_nearest.h"
#include "cli/remote_file.h"
#include "core/causes/cause.h"

namespace sockdrift {
namespace {

// A host's records are some megabytes once they are unpacked.
constexpr size_t kHostsAtOnce = 32;

std::string SelectorOf(absl::Span<const std::string> hosts) {
  return absl::StrCat(
      "host in (",
      absl::StrJoin(hosts, ",",
                    [](std::string* out, const std::string& host) {
                      absl::StrAppend(out, "\"", host, "\"");
                    }),
      ")");
}

// An atlas that came with the program is not corrupt: its test reads it all.
Ranked RankOr(EntryRanker& ranker, absl::Span<const ShownPlan> shown) {
  absl::StatusOr<Ranked> ranked = ranker.Rank(shown);
  return ranked.ok() ? *std::move(ranked) : Ranked();
}

FleetLikeness::Host LikenessOf(const BehaviourFile& file,
                               const HostBehaviour& host, EntryRanker& ranker) {
  FleetLikeness::Host found;
  found.kernel = KernelVersionOf(host.facts);
  const std::map<World, std::vector<ShownPlan>> worlds =
      ShownByWorld(file, host);
  for (const auto& [world, shown] : worlds) {
    for (const ShownPlan& one : shown) {
      found.plans[{one.plan, world}] =
          RankOr(ranker, absl::MakeConstSpan(&one, 1));
    }
  }
  if (!worlds.empty()) found.whole = RankOr(ranker, worlds.begin()->second);
  return found;
}

}  // namespace

std::vector<AlikeHosts> HostsByGenome(const v1::ListHostsResponse& response) {
  std::map<std::pair<std::string, std::string>, AlikeHosts> groups;
  for (const v1::FleetHost& host : response.hosts()) {
    if (host.genome_digest().empty()) continue;
    AlikeHosts& group = groups[{host.genome_digest(), host.kernel_release()}];
    group.genome = host.genome_digest();
    group.hosts.push_back(&host);
  }
  std::vector<AlikeHosts> sorted;
  for (auto& [key, group] : groups) sorted.push_back(std::move(group));
  std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) {
    return a.hosts.size() > b.hosts.size();
  });
  return sorted;
}

ExitCode FetchHostList(ControllerClient& client, const std::string& selector,
                       bool with_facts, v1::ListHostsResponse& response,
                       Console& console) {
  v1::ListHostsRequest request;
  request.set_selector(selector);
  request.set_with_facts(with_facts);
  grpc::ClientContext context;
  ControllerClient::SetTimeout(
      context, absl::Seconds(ControllerClient::kShortCallSeconds));
  const grpc::Status status =
      client.stub().ListHosts(&context, request, &response);
  return status.ok() ? ExitCode::kFine : client.Report(status, console);
}

ExitCode FetchHosts(ControllerClient& client, const v1::AnalysisScope& scope,
                    absl::Span<const std::string> hosts, Console& console,
                    const std::function<void(BehaviourFile)>& take) {
  // Of some hosts nothing in scope may have been measured.
  ExitCode code = ExitCode::kCouldNotTell;
  for (size_t begin = 0; begin < hosts.size(); begin += kHostsAtOnce) {
    v1::AnalysisScope some = scope;
    some.set_selector(SelectorOf(hosts.subspan(begin, kHostsAtOnce)));
    BehaviourFile file;
    const ExitCode fetched = FetchBehaviours(client, some, file, console);
    if (fetched == ExitCode::kCouldNotTell) continue;
    if (fetched != ExitCode::kFine) return fetched;
    take(std::move(file));
    code = ExitCode::kFine;
  }
  return code;
}

ExitCode FleetLikeness::Ask(ControllerClient& client,
                            const v1::AnalysisScope& scope,
                            absl::Span<const std::string> hosts,
                            Console& console) {
  EntryRanker ranker(BuiltInAtlas());
  const ExitCode code =
      FetchHosts(client, scope, hosts, console, [&](const BehaviourFile& file) {
        for (const HostBehaviour& host : file.hosts) {
          hosts_[host.host] = LikenessOf(file, host, ranker);
        }
      });
  console.Progress("");
  return code;
}

const FleetLikeness::Host* FleetLikeness::Find(const std::string& host) const {
  const auto found = hosts_.find(host);
  return found == hosts_.end() ? nullptr : &found->second;
}

const Ranked& FleetLikeness::OfPlan(const std::string& host,
                                    const std::string& plan,
                                    World world) const {
  static const Ranked& kNothing = *new Ranked;
  const Host* known = Find(host);
  if (known == nullptr) return kNothing;
  const auto found = known->plans.find({plan, world});
  return found == known->plans.end() ? kNothing : found->second;
}

Json LikenessJson(const Ranked& ranked) {
  Json json = {{"exact", false},
               {"far", false},
               {"compared", 0},
               {"differing", 0},
               {"nearest", Json::array()}};
  if (ranked.empty()) return json;
  const Likeness& first = ranked.front();
  json["exact"] = first.differing == 0;
  json["far"] = first.far();
  json["compared"] = first.compared;
  json["differing"] = first.differing;
  for (const Likeness& one : Nearest(ranked)) {
    json["nearest"].push_back(one.entry->host);
  }
  return json;
}

}  // namespace sockdrift
