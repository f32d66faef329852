#include "controller/analysis/fleet_analysis.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/analysis/proof_proto.h"
#include "controller/analysis/run_answers.h"
#include "controller/runs/run_proto.h"
#include "core/base/status_macros.h"
#include "core/behaviour/canonical.h"
#include "wire/convert/assignment_set.h"
#include "wire/convert/report.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

HostSummary& AddCells(std::map<std::string, HostSummary>& hosts,
                      const PlanGroups& plan, size_t group, size_t member) {
  const HostShowing& host = plan.hosts[member];
  HostSummary& summary = hosts[host.host];
  summary.divergent_cells += static_cast<int64_t>(
      plan.comparisons[group].differing.size() - host.acknowledged_cells);
  summary.acknowledged_cells += static_cast<int64_t>(host.acknowledged_cells);
  return summary;
}

// Hosts' genomes and how far each is from the majority.
std::map<std::string, HostSummary> Summarise(
    const std::vector<PlanGroups>& plans) {
  std::map<std::string, HostSummary> hosts;
  std::map<std::pair<std::string, World>, std::vector<PlanBehaviour>> genomes;
  for (const PlanGroups& plan : plans) {
    for (size_t group = 0; group < plan.grouping.groups.size(); ++group) {
      for (const size_t member : plan.grouping.groups[group].members) {
        AddCells(hosts, plan, group, member);
      }
    }
    for (const HostShowing& host : plan.hosts) {
      genomes[{host.host, plan.key.world}].push_back(
          {plan.key.measurement, host.behaviour});
    }
  }
  for (auto& [key, behaviours] : genomes) {
    hosts[key.first].genomes[key.second] = GenomeDigest(std::move(behaviours));
  }
  return hosts;
}

// What each acknowledgement comes to over all plans.
std::vector<AcknowledgementReach> ReachOf(
    const std::vector<PlanGroups>& plans,
    const std::vector<StandingAcknowledgement>& standing) {
  std::vector<AcknowledgementReach> reach(standing.size());
  for (const PlanGroups& plan : plans) {
    for (size_t i = 0; i < standing.size(); ++i) {
      std::vector<AcknowledgedCells> meant;
      for (const AcknowledgedCells& one : plan.acknowledged) {
        if (one.by == standing[i].what) meant.push_back(one);
      }
      reach[i].Add(meant, plan);
    }
  }
  return reach;
}

}  // namespace

void KeepNewestVersions(std::map<PlanWorld, std::vector<SightingRow>>& rows,
                        ProgramBook& programs) {
  std::map<std::string, std::pair<absl::Time, Digest>> newest;
  for (const auto& [key, sightings] : rows) {
    absl::Time last = absl::InfinitePast();
    for (const SightingRow& row : sightings) {
      last = std::max(last, row.last_seen);
    }
    const std::string name = programs.PlanName(key.measurement);
    const auto [it, added] = newest.try_emplace(name, last, key.measurement);
    if (!added && last > it->second.first) it->second = {last, key.measurement};
  }
  std::erase_if(rows, [&](const auto& entry) {
    const Digest& measurement = entry.first.measurement;
    return newest[programs.PlanName(measurement)].second != measurement;
  });
}

absl::StatusOr<std::shared_ptr<const Record>> FleetAnalysis::FindRecord(
    const Digest& digest) {
  {
    MutexLock lock(&mutex_);
    const auto it = records_.find(digest);
    if (it != records_.end()) {
      if (auto record = it->second.lock()) return record;
    }
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const RecordRow row,
                             hub_.store().Record(digest, /*with_body=*/true));
  SOCKDRIFT_ASSIGN_OR_RETURN(DecodedRecord decoded,
                             DecodeRecord(row.canonical));
  auto record = std::make_shared<const Record>(std::move(decoded.record));
  MutexLock lock(&mutex_);
  std::erase_if(records_,
                [](const auto& entry) { return entry.second.expired(); });
  records_[digest] = record;
  return record;
}

std::vector<StandingAcknowledgement> FleetAnalysis::Stand(
    AcknowledgementList list) {
  const absl::Time now = clock_();
  const bool selects = std::ranges::any_of(
      list, [](const std::shared_ptr<const Acknowledgement>& what) {
        return !what->row.selector.empty();
      });
  const std::vector<KnownHost> hosts =
      selects ? hub_.Hosts() : std::vector<KnownHost>();
  std::vector<StandingAcknowledgement> all;
  for (std::shared_ptr<const Acknowledgement>& what : list) {
    StandingAcknowledgement& standing = all.emplace_back();
    standing.expired = what->Ends() <= now;
    for (const KnownHost& host : hosts) {
      if (!what->row.selector.empty() &&
          what->selector.Matches(host.AsSelectable())) {
        standing.hosts.insert(host.row.id);
      }
    }
    standing.what = std::move(what);
  }
  return all;
}

std::vector<StandingAcknowledgement> FleetAnalysis::StandingNow() {
  absl::StatusOr<AcknowledgementList> list = acknowledgements_.Standing();
  // Without them more counts, never less.
  return list.ok() ? Stand(*std::move(list))
                   : std::vector<StandingAcknowledgement>();
}

std::vector<PlanGroups> FleetAnalysis::GroupRows(
    const Rows& rows, const std::vector<StandingAcknowledgement>& standing) {
  std::vector<PlanGroups> plans;
  for (const auto& [key, sightings] : rows) {
    const auto program = hub_.programs().Find(key.measurement);
    if (!program.ok()) continue;
    std::vector<HostShowing> hosts;
    // Hosts mostly share their records: each is looked up once.
    std::map<Digest, std::shared_ptr<const Record>> records;
    for (const SightingRow& row : sightings) {
      std::shared_ptr<const Record>& record = records[row.record];
      if (record == nullptr) {
        absl::StatusOr<std::shared_ptr<const Record>> found =
            FindRecord(row.record);
        if (!found.ok()) continue;
        record = *std::move(found);
      }
      hosts.push_back({.host = row.host,
                       .behaviour = row.behaviour,
                       .record = record,
                       .record_digest = row.record,
                       .facts_digest = row.facts,
                       .facts = row.facts.has_value()
                                    ? hub_.FindFacts(*row.facts)
                                    : nullptr,
                       .seen = row.last_seen});
    }
    if (hosts.empty()) continue;
    plans.push_back(GroupPlan(key, hub_.programs().PlanName(key.measurement),
                              *program, std::move(hosts)));
    Acknowledge(standing, plans.back());
  }
  std::ranges::sort(plans, [](const PlanGroups& a, const PlanGroups& b) {
    return std::pair(a.plan, a.key) < std::pair(b.plan, b.key);
  });
  return plans;
}

std::shared_ptr<const FleetSnapshot> FleetAnalysis::Snapshot() {
  const uint64_t revision = hub_.SightingsRevision();
  std::vector<StandingAcknowledgement> standing = StandingNow();
  {
    MutexLock lock(&mutex_);
    if (snapshot_ != nullptr && snapshot_->revision == revision &&
        snapshot_->acknowledgements == standing) {
      return snapshot_;
    }
  }
  Rows rows = hub_.Sightings();
  KeepNewestVersions(rows, hub_.programs());
  auto snapshot = std::make_shared<FleetSnapshot>();
  snapshot->revision = revision;
  snapshot->plans = GroupRows(rows, standing);
  snapshot->hosts = Summarise(snapshot->plans);
  snapshot->reach = ReachOf(snapshot->plans, standing);
  snapshot->acknowledgements = std::move(standing);
  MutexLock lock(&mutex_);
  snapshot->number = ++snapshots_;
  snapshot_ = snapshot;
  return snapshot;
}

absl::StatusOr<FleetAnalysis::Rows> FleetAnalysis::RowsOfRun(
    const std::string& run) {
  const absl::StatusOr<RunRow> found = hub_.store().Run(run);
  if (absl::IsNotFound(found.status())) {
    return absl::InvalidArgumentError(absl::StrCat(
        "there is no run ", run, "; `sockdrift run` prints a run's id"));
  }
  SOCKDRIFT_RETURN_IF_ERROR(found.status());
  SOCKDRIFT_ASSIGN_OR_RETURN(const RunAnswers answers,
                             ReadRunAnswers(hub_.store(), *found));
  Rows rows;
  for (const RunAnswer& answer : answers.hosts) {
    for (size_t i = 0; i < answer.report.results.size(); ++i) {
      const auto& record = answer.report.results[i].record;
      if (!record.has_value()) continue;
      const Digest& measurement = answers.set.assignments[i].measurement;
      const absl::Time seen = answer.host.ended.value_or(found->created);
      rows[{measurement, found->world}].push_back(
          {.host = answer.host.host,
           .measurement = measurement,
           .world = found->world,
           .behaviour = record->behaviour,
           .record = record->record,
           .facts = answer.host.facts,
           .first_seen = seen,
           .last_seen = seen});
    }
  }
  return rows;
}

absl::Status FleetAnalysis::RequireMeasured(const std::set<std::string>& plans,
                                            const Rows& rows) {
  std::set<std::string> measured;
  for (const auto& [key, sightings] : rows) {
    measured.insert(hub_.programs().PlanName(key.measurement));
  }
  for (const std::string& plan : plans) {
    if (measured.contains(plan)) continue;
    return absl::NotFoundError(absl::StrCat(
        "nothing was measured of a plan ", plan, "; measured are ",
        measured.empty() ? "none" : absl::StrJoin(measured, ", ")));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<PlanGroups>> FleetAnalysis::Select(
    const v1::AnalysisScope& scope) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Selector selector,
                             Selector::Parse(scope.selector()));
  const auto fleet =
      std::make_shared<const std::vector<KnownHost>>(hub_.Hosts());
  std::set<std::string> hosts;
  for (const KnownHost& host : *fleet) {
    if (selector.Matches(host.AsSelectable())) hosts.insert(host.row.id);
  }
  Rows rows;
  if (!scope.run_id().empty()) {
    if (scope.has_at_time()) {
      return absl::InvalidArgumentError(
          "a run has its own time: name a run or a time, not both");
    }
    SOCKDRIFT_ASSIGN_OR_RETURN(rows, RowsOfRun(scope.run_id()));
  } else {
    if (scope.has_at_time()) {
      SOCKDRIFT_ASSIGN_OR_RETURN(rows,
                                 RowsAt(FromTimestamp(scope.at_time()), hosts));
    } else {
      rows = hub_.Sightings();
    }
    KeepNewestVersions(rows, hub_.programs());
  }
  const std::set<std::string> plans(scope.plans().begin(), scope.plans().end());
  SOCKDRIFT_RETURN_IF_ERROR(RequireMeasured(plans, rows));
  for (auto& [key, sightings] : rows) {
    std::erase_if(sightings, [&](const SightingRow& row) {
      return !hosts.contains(row.host);
    });
  }
  std::erase_if(rows, [&](const auto& entry) {
    const PlanWorld& key = entry.first;
    return entry.second.empty() ||
           (!plans.empty() &&
            !plans.contains(hub_.programs().PlanName(key.measurement))) ||
           (scope.world() != v1::WORLD_UNSPECIFIED &&
            ToProto(key.world) != scope.world());
  });
  std::vector<PlanGroups> groups = GroupRows(rows, StandingNow());
  for (PlanGroups& plan : groups) {
    plan.fleet = fleet;
    SOCKDRIFT_ASSIGN_OR_RETURN(plan.proofs, ReadProofs(hub_.store(), plan));
  }
  if (groups.empty()) {
    return absl::NotFoundError(absl::StrCat(
        "nothing was measured that matches: ",
        scope.run_id().empty() ? "start a run, or ask for other plans, worlds "
                                 "or hosts"
                               : "the run has no answer of these plans and "
                                 "hosts yet"));
  }
  return groups;
}

}  // namespace sockdrift
