#include "controller/baselines/baseline_book.h"

#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "controller/analysis/file_rows.h"
#include "core/base/status_macros.h"
#include "wire/baseline_file.h"
#include "wire/behaviour_file.h"
#include "wire/convert/bodies.h"

namespace sockdrift {
namespace {

std::string SourceOf(const v1::AnalysisScope& scope) {
  std::vector<std::string> parts;
  parts.push_back(scope.run_id().empty() ? std::string("the latest behaviours")
                                         : "run " + scope.run_id());
  parts.push_back(scope.selector().empty()
                      ? std::string("of every host")
                      : absl::StrCat("of hosts ", scope.selector()));
  if (scope.plans_size() > 0) {
    parts.push_back("of plans " + absl::StrJoin(scope.plans(), ", "));
  }
  return absl::StrJoin(parts, " ");
}

void SortMembers(std::vector<BaselineMember>& members) {
  std::ranges::sort(members, [](const auto& a, const auto& b) {
    return std::tie(a.host, a.plan, a.world, a.measurement) <
           std::tie(b.host, b.plan, b.world, b.measurement);
  });
}

absl::Time ToTheSecond(absl::Time time) {
  return absl::FromUnixSeconds(absl::ToUnixSeconds(time));
}

}  // namespace

absl::StatusOr<BaselineSet> BaselineBook::Keep(BaselineRow row,
                                               std::vector<Change> changes) {
  SortMembers(row.members);
  BaselineSet set;
  set.replaced = hub_.store().Baseline(row.name).ok();
  changes.push_back(row);
  SOCKDRIFT_RETURN_IF_ERROR(CommitAndWait(hub_.store(), std::move(changes)));
  ++revision_;
  set.row = std::move(row);
  return set;
}

absl::StatusOr<BaselineSet> BaselineBook::Set(const std::string& name,
                                              const v1::AnalysisScope& scope) {
  SOCKDRIFT_RETURN_IF_ERROR(CheckBaselineName(name));
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<PlanGroups> plans,
                             analysis_.Select(scope));
  if (!scope.run_id().empty()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const RunRow run,
                               hub_.store().Run(scope.run_id()));
    if (run.experiment) {
      return absl::InvalidArgumentError(
          absl::StrCat("run ", run.id,
                       " is an experiment (some cells, or sysctls that "
                       "were set): what it saw is nobody's behaviour"));
    }
  }
  BaselineRow row;
  row.name = name;
  row.source = SourceOf(scope);
  row.set = ToTheSecond(absl::Now());
  for (const PlanGroups& plan : plans) {
    for (const HostShowing& shown : plan.hosts) {
      row.members.push_back({.host = shown.host,
                             .plan = plan.plan,
                             .measurement = plan.key.measurement,
                             .world = plan.key.world,
                             .behaviour = shown.behaviour,
                             .record = shown.record_digest,
                             .facts = shown.facts_digest,
                             .taken = ToTheSecond(shown.seen)});
    }
  }
  return Keep(std::move(row), {});
}

absl::StatusOr<BaselineSet> BaselineBook::Import(const std::string& name,
                                                 const std::string& source,
                                                 absl::string_view bytes) {
  SOCKDRIFT_RETURN_IF_ERROR(CheckBaselineName(name));
  BaselineRow row;
  row.name = name;
  row.source = source;
  row.set = ToTheSecond(absl::Now());
  BehaviourFile file;
  if (IsBaselineFile(bytes)) {
    SOCKDRIFT_ASSIGN_OR_RETURN(Baseline baseline,
                               DecodeBaseline(bytes, "the baseline"));
    row.source = baseline.source;
    row.set = baseline.set;
    file = std::move(baseline.behaviours);
  } else {
    SOCKDRIFT_ASSIGN_OR_RETURN(file, DecodeBehaviourFile(bytes, "the file"));
  }
  std::vector<Change> changes;
  std::set<std::string> names;
  for (const HostBehaviour& host : file.hosts) {
    if (!names.insert(host.host).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("the host \"", host.host,
                       "\" stands twice; a baseline has each host once"));
    }
    const Digest facts = FactsDigest(host.facts);
    changes.push_back(FactsRow{facts, ToProto(host.facts).SerializeAsString()});
    for (const BehaviourEntry& entry : host.entries) {
      SOCKDRIFT_RETURN_IF_ERROR(
          AddProgramRows(file, entry, hub_.programs(), changes));
      RecordRow record = RowOf(entry);
      row.members.push_back({.host = host.host,
                             .plan = entry.plan,
                             .measurement = entry.measurement,
                             .world = entry.world,
                             .behaviour = record.behaviour,
                             .record = record.digest,
                             .facts = facts,
                             .taken = ToTheSecond(host.taken)});
      changes.push_back(std::move(record));
    }
  }
  if (row.members.empty()) {
    return absl::InvalidArgumentError("the file holds no record to pin");
  }
  return Keep(std::move(row), std::move(changes));
}

absl::StatusOr<std::vector<BaselineRow>> BaselineBook::List() {
  return hub_.store().Baselines();
}

absl::StatusOr<BaselineRow> BaselineBook::Find(const std::string& name) {
  absl::StatusOr<BaselineRow> row = hub_.store().Baseline(name);
  if (!absl::IsNotFound(row.status())) return row;
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<BaselineRow> all, List());
  return absl::NotFoundError(absl::StrCat(
      "there is no baseline ", name, "; there are ",
      all.empty() ? "none: `sockdrift baseline set` makes one"
                  : absl::StrJoin(all, ", ",
                                  [](std::string* out, const BaselineRow& one) {
                                    out->append(one.name);
                                  })));
}

absl::Status BaselineBook::Remove(const std::string& name) {
  SOCKDRIFT_RETURN_IF_ERROR(Find(name).status());
  SOCKDRIFT_RETURN_IF_ERROR(
      CommitAndWait(hub_.store(), {ForgetBaseline{name}}));
  ++revision_;
  return absl::OkStatus();
}

absl::StatusOr<std::string> BaselineBook::Export(const std::string& name) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const BaselineRow row, Find(name));
  Baseline baseline;
  baseline.name = row.name;
  baseline.source = row.source;
  baseline.set = row.set;
  BehaviourFile& file = baseline.behaviours;
  file.made_by = "sockdrift " SOCKDRIFT_VERSION;
  std::map<std::string, HostBehaviour> hosts;
  std::set<Digest> programs;
  for (const BaselineMember& member : row.members) {
    if (programs.insert(member.measurement).second) {
      SOCKDRIFT_ASSIGN_OR_RETURN(const auto known,
                                 hub_.programs().Find(member.measurement));
      file.programs.push_back(known->program);
    }
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::shared_ptr<const Record> record,
                               analysis_.FindRecord(member.record));
    HostBehaviour& host = hosts[member.host];
    host.host = member.host;
    host.taken = std::max(host.taken, member.taken);
    if (member.facts.has_value()) {
      if (const auto facts = hub_.FindFacts(*member.facts)) host.facts = *facts;
    }
    host.entries.push_back({.plan = member.plan,
                            .world = member.world,
                            .measurement = member.measurement,
                            .record = *record,
                            .notes = {}});
  }
  for (auto& [id, host] : hosts) file.hosts.push_back(std::move(host));
  return EncodeBaseline(baseline);
}

}  // namespace sockdrift
