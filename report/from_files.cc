#include "report/from_files.h"

#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using PlanKey = std::pair<std::string, World>;

// Names that several hosts have say where each comes from, and where that is
// the same too, which of them it is.
void TellHostsApart(std::vector<ReportedHost>& hosts) {
  std::map<std::string, int> bearers;
  for (const ReportedHost& host : hosts) ++bearers[host.name];
  std::set<std::string> taken;
  for (ReportedHost& host : hosts) {
    if (bearers[host.name] > 1 && !host.source.empty()) {
      absl::StrAppend(&host.name, " (", host.source, ")");
    }
    const std::string name = host.name;
    for (int number = 2; !taken.insert(host.name).second; ++number) {
      host.name = absl::StrCat(name, " #", number);
    }
  }
}

}  // namespace

void AddFiles(absl::Span<const NamedFile> files, ReportInput& input) {
  std::map<PlanKey, ReportedPlan> plans;
  for (const NamedFile& named : files) {
    for (const HostBehaviour& host : named.file.hosts) {
      const size_t index = input.hosts.size();
      input.hosts.push_back(
          {.name = host.host.empty() ? "(no name)" : host.host,
           .source = named.source,
           .facts = &host.facts,
           .seen = host.taken});
      for (const BehaviourEntry& entry : host.entries) {
        ReportedPlan& plan = plans[{entry.plan, entry.world}];
        plan.plan = entry.plan;
        plan.world = entry.world;
        plan.records.push_back(
            {.host = index,
             .program = named.file.FindProgram(entry.measurement),
             .measurement = entry.measurement,
             .record = &entry.record,
             .behaviour = BehaviourDigest(entry.record, entry.measurement)});
      }
    }
  }
  TellHostsApart(input.hosts);
  for (auto& [key, plan] : plans) input.plans.push_back(std::move(plan));
}

}  // namespace sockdrift
