// How a host's behaviour went: what the store remembers of it, in order.
#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/analysis/analysis_proto.h"
#include "controller/analysis/fleet_analysis.h"
#include "controller/runs/run_proto.h"
#include "core/base/status_macros.h"
#include "core/divergence/fact_diff.h"
#include "wire/convert/assignment_set.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

// A plan's name and a world: versions of a plan are one thing in time.
using NamedPlan = std::pair<std::string, World>;

// Sightings of each, the oldest first.
std::map<NamedPlan, std::vector<SightingRow>> ByPlan(
    std::vector<SightingRow> rows, const v1::GetHistoryRequest& request,
    ProgramBook& programs) {
  std::map<NamedPlan, std::vector<SightingRow>> plans;
  for (SightingRow& row : rows) {
    std::string name = programs.PlanName(row.measurement);
    const bool other_plan =
        !request.plans().empty() &&
        std::ranges::find(request.plans(), name) == request.plans().end();
    const bool other_world = request.world() != v1::WORLD_UNSPECIFIED &&
                             ToProto(row.world) != request.world();
    if (other_plan || other_world) continue;
    plans[{std::move(name), row.world}].push_back(std::move(row));
  }
  return plans;
}

// Takes a host's plans one by one and tells what changed together.
class Chronicle {
 public:
  // What came after, against what was before; none where nothing changed.
  using Compare = std::function<absl::StatusOr<std::optional<v1::PlanChange>>(
      const SightingRow& before, const SightingRow& after)>;

  Chronicle(Hub& hub, Compare compare)
      : hub_(hub), compare_(std::move(compare)) {}

  // `seen` is never empty, and must outlive this.
  absl::Status Add(const NamedPlan& plan, const std::vector<SightingRow>& seen);
  v1::HostHistory Tell(const std::string& host) &&;

 private:
  // Of one answer of the host, in one world.
  struct Moment {
    v1::HostChange change;
    std::vector<const SightingRow*> before;
    const SightingRow* after = nullptr;
  };

  void WriteFacts(const SightingRow& before, const SightingRow& after,
                  v1::HostChange& change);
  v1::HostChange Finish(Moment& moment);

  Hub& hub_;
  Compare compare_;
  v1::HostHistory history_;
  std::map<std::pair<absl::Time, World>, Moment> moments_;
};

absl::Status Chronicle::Add(const NamedPlan& plan,
                            const std::vector<SightingRow>& seen) {
  v1::PlanHistory& written = *history_.add_plans();
  written.set_plan(plan.first);
  written.set_world(ToProto(plan.second));
  *written.mutable_first_seen_time() = ToTimestamp(seen.front().first_seen);
  *written.mutable_last_seen_time() = ToTimestamp(seen.back().last_seen);
  absl::Time since = seen.front().first_seen;
  for (size_t i = 1; i < seen.size(); ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::optional<v1::PlanChange> change,
                               compare_(seen[i - 1], seen[i]));
    if (!change.has_value()) continue;
    since = seen[i].first_seen;
    written.set_change_count(written.change_count() + 1);
    Moment& moment = moments_[{since, plan.second}];
    *moment.change.add_plans() = *std::move(change);
    moment.before.push_back(&seen[i - 1]);
    moment.after = &seen[i];
  }
  *written.mutable_since_time() = ToTimestamp(since);
  return absl::OkStatus();
}

void Chronicle::WriteFacts(const SightingRow& before, const SightingRow& after,
                           v1::HostChange& change) {
  if (!before.facts.has_value() || !after.facts.has_value()) return;
  const auto facts_before = hub_.FindFacts(*before.facts);
  const auto facts_after = hub_.FindFacts(*after.facts);
  if (facts_before == nullptr || facts_after == nullptr) return;
  std::vector<FactDiff> facts = CompareFacts(*facts_before, *facts_after);
  change.set_other_fact_count(static_cast<int>(KeepRelevant(facts)));
  for (const FactDiff& fact : facts) {
    v1::FactChange& written = *change.add_facts();
    written.set_name(fact.fact);
    written.set_before(fact.a);
    written.set_after(fact.b);
  }
}

v1::HostChange Chronicle::Finish(Moment& moment) {
  v1::HostChange& change = moment.change;
  *change.mutable_time() = ToTimestamp(moment.after->first_seen);
  change.set_world(ToProto(moment.after->world));
  // A plan that was not asked for lately was last seen long before the others:
  // the narrowest interval tells most.
  const SightingRow& before = **std::ranges::max_element(
      moment.before, {}, [](const SightingRow* row) { return row->last_seen; });
  *change.mutable_previous_time() = ToTimestamp(before.last_seen);
  WriteFacts(before, *moment.after, change);
  std::stable_sort(change.mutable_plans()->begin(),
                   change.mutable_plans()->end(),
                   [](const v1::PlanChange& a, const v1::PlanChange& b) {
                     return a.differing_cell_count() > b.differing_cell_count();
                   });
  return std::move(change);
}

v1::HostHistory Chronicle::Tell(const std::string& host) && {
  history_.set_host_id(host);
  for (auto it = moments_.rbegin(); it != moments_.rend(); ++it) {
    *history_.add_changes() = Finish(it->second);
  }
  return std::move(history_);
}

std::string NothingMeasured(const std::string& host, bool narrowed) {
  return absl::StrCat("nothing was measured of ", host,
                      narrowed ? " in these plans and worlds"
                               : " yet: `sockdrift run` measures");
}

}  // namespace

absl::StatusOr<FleetAnalysis::Rows> FleetAnalysis::RowsAt(
    absl::Time time, const std::set<std::string>& hosts) {
  Rows rows;
  for (const std::string& host : hosts) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<SightingRow> all,
                               hub_.store().Sightings(host));
    std::map<NamedPlan, SightingRow> latest;
    for (SightingRow& row : all) {
      if (row.first_seen > time) continue;
      row.last_seen = std::min(row.last_seen, time);
      latest[{hub_.programs().PlanName(row.measurement), row.world}] =
          std::move(row);
    }
    for (auto& [plan, row] : latest) {
      const PlanWorld key = {row.measurement, row.world};
      rows[key].push_back(std::move(row));
    }
  }
  return rows;
}

absl::StatusOr<std::optional<v1::PlanChange>> FleetAnalysis::CompareInTime(
    const SightingRow& before, const SightingRow& after) {
  if (before.behaviour == after.behaviour) return std::nullopt;
  SOCKDRIFT_ASSIGN_OR_RETURN(const auto left,
                             hub_.programs().Find(before.measurement));
  SOCKDRIFT_ASSIGN_OR_RETURN(const auto right,
                             hub_.programs().Find(after.measurement));
  SOCKDRIFT_ASSIGN_OR_RETURN(const auto left_record, FindRecord(before.record));
  SOCKDRIFT_ASSIGN_OR_RETURN(const auto right_record, FindRecord(after.record));
  const bool new_version = before.measurement != after.measurement;
  std::vector<CellId> left_ids;
  std::vector<CellId> right_ids;
  if (new_version) {
    left_ids = CellIds(left->program);
    right_ids = CellIds(right->program);
  }
  const Comparison comparison = Align(
      {&left->program, before.measurement, left_ids, left_record.get()},
      {&right->program, after.measurement, right_ids, right_record.get()});
  v1::PlanChange change;
  change.set_plan(hub_.programs().PlanName(after.measurement));
  change.set_new_version(new_version);
  change.set_compared_cell_count(
      static_cast<int64_t>(comparison.compared.size()));
  change.set_differing_cell_count(
      static_cast<int64_t>(comparison.differing.size()));
  change.set_lost_cell_count(comparison.done_left_only);
  change.set_gained_cell_count(comparison.done_right_only);
  if (change.differing_cell_count() == 0 && change.lost_cell_count() == 0 &&
      change.gained_cell_count() == 0) {
    return std::nullopt;
  }
  WriteRules(change.plan(), *left, comparison, 0, *change.mutable_rules());
  return change;
}

absl::StatusOr<v1::HostHistory> FleetAnalysis::History(
    const v1::GetHistoryRequest& request) {
  const std::string& host = request.host_id();
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<SightingRow> rows,
                             hub_.store().Sightings(host));
  const bool measured = !rows.empty();
  const auto plans = ByPlan(std::move(rows), request, hub_.programs());
  if (plans.empty()) {
    const std::vector<KnownHost> known = hub_.Hosts();
    if (!std::ranges::any_of(
            known, [&](const KnownHost& one) { return one.row.id == host; })) {
      return absl::NotFoundError(absl::StrCat(
          "there is no host ", host, "; `sockdrift hosts` lists them"));
    }
    return absl::NotFoundError(NothingMeasured(host, measured));
  }
  Chronicle chronicle(
      hub_, [this](const SightingRow& before, const SightingRow& after) {
        return CompareInTime(before, after);
      });
  for (const auto& [plan, seen] : plans) {
    SOCKDRIFT_RETURN_IF_ERROR(chronicle.Add(plan, seen));
  }
  return std::move(chronicle).Tell(host);
}

}  // namespace sockdrift
