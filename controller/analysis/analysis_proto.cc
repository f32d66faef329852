#include "controller/analysis/analysis_proto.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "controller/analysis/acknowledge.h"
#include "controller/analysis/acknowledgement_proto.h"
#include "controller/analysis/explanation_proto.h"
#include "controller/runs/run_proto.h"
#include "core/causes/match.h"
#include "core/causes/render_causes.h"
#include "core/divergence/fold.h"
#include "core/divergence/render.h"
#include "gate/causes/cause_file.h"
#include "wire/convert/assignment_set.h"

namespace sockdrift {
namespace {

void WriteGroup(const PlanGroups& groups, size_t index,
                v1::BehaviourGroup& out) {
  const Group& group = groups.grouping.groups[index];
  out.set_behaviour_digest(std::string(group.behaviour.View()));
  absl::Time seen = absl::InfinitePast();
  for (const size_t member : group.members) {
    out.add_host_ids(groups.hosts[member].host);
    seen = std::max(seen, groups.hosts[member].seen);
  }
  out.set_done_count(static_cast<int64_t>(
      groups.hosts[group.representative].record->CountOf(CellStatus::kDone)));
  out.set_majority(index == 0 && !groups.grouping.majority_is_tied);
  if (!group.note.empty()) out.add_notes(group.note);
  *out.mutable_last_seen_time() = ToTimestamp(seen);
  const size_t differing = groups.comparisons[index].differing.size();
  out.set_differing_cell_count(static_cast<int64_t>(differing));
  out.set_acknowledged_cell_count(
      static_cast<int64_t>(differing - groups.open[index].size()));
}

const Facts& FactsOf(const HostShowing& host) {
  static const Facts& kNone = *new Facts;
  return host.facts == nullptr ? kNone : *host.facts;
}

void WriteAcknowledged(const PlanGroups& groups, v1::PlanAnalysis& out) {
  const size_t divergent = groups.DivergentCells().size();
  out.set_divergent_cell_count(static_cast<int64_t>(divergent));
  out.set_acknowledged_cell_count(
      static_cast<int64_t>(groups.DifferingCells().size() - divergent));
  for (const AcknowledgedCells& meant : groups.acknowledged) {
    v1::AcknowledgedDivergence& written = *out.add_acknowledged();
    written.set_group(static_cast<int32_t>(meant.group));
    AcknowledgementReach reach;
    reach.Add({&meant, 1}, groups);
    *written.mutable_acknowledgement() =
        ToProto(meant.by->row, meant.expired, reach);
  }
}

// A group's record and facts are those of the host that stands for it.
void WriteCauses(const PlanGroups& groups, size_t index,
                 v1::PlanAnalysis& out) {
  const auto stands_for = [&](size_t group) -> const HostShowing& {
    return groups.hosts[groups.grouping.groups[group].representative];
  };
  const auto observed = [&](const HostShowing& host) {
    return ObservedRecord{.program = &groups.program->program,
                          .measurement = groups.key.measurement,
                          .ids = {},
                          .record = host.record.get()};
  };
  const ObservedRecord first = observed(stands_for(0));
  const ObservedRecord own = observed(stands_for(index));
  const Comparison& comparison = groups.comparisons[index];
  CauseSummary summary;
  summary.Add(groups.plan,
              MatchComparison(BuiltInCauses(), groups.plan,
                              {&first, &FactsOf(stands_for(0))},
                              {&own, &FactsOf(stands_for(index))}, comparison),
              comparison.differing.size());
  v1::GroupCauses& written = *out.add_known_causes();
  written.set_group(static_cast<int32_t>(index));
  written.set_uncovered_cell_count(static_cast<int64_t>(summary.uncovered()));
  for (const CauseTotal& total : summary.Totals()) {
    v1::KnownCause& cause = *written.add_causes();
    cause.set_cause(total.cause->id);
    cause.set_title(total.cause->title);
    cause.set_effect(total.cause->effect);
    cause.set_cell_count(static_cast<int64_t>(total.cells));
    cause.set_in_first_group(total.side == Side::kLeft);
    cause.set_doubt(RenderDoubt(total));
  }
}

}  // namespace

void WriteRules(absl::string_view plan, const KnownProgram& program,
                const Comparison& comparison, int group,
                google::protobuf::RepeatedPtrField<v1::DivergenceRule>& rules) {
  for (const Rule& rule : Fold(program.program, comparison)) {
    v1::DivergenceRule& written = *rules.Add();
    written.set_group(group);
    written.set_text(RenderRule(rule, program.program));
    written.set_cell_count(rule.cells);
    written.set_added_cell_count(rule.added);
    written.set_example_cell(absl::StrCat(
        plan,
        CellName(program.program, program.cells.Coordinate(rule.first_cell))));
    written.set_observation(
        program.program.observations[rule.change.observation]);
    written.set_from_outcome(rule.change.from);
    written.set_to_outcome(rule.change.to);
  }
}

v1::PlanAnalysis ToProto(const PlanGroups& groups, bool explained) {
  v1::PlanAnalysis out;
  out.set_plan(groups.plan);
  out.set_measurement_digest(std::string(groups.key.measurement.View()));
  out.set_world(ToProto(groups.key.world));
  out.set_cell_count(groups.program->cells.size());
  for (size_t i = 0; i < groups.grouping.groups.size(); ++i) {
    WriteGroup(groups, i, *out.add_groups());
    if (i == 0) continue;
    WriteRules(groups.plan, *groups.program, groups.comparisons[i],
               static_cast<int>(i), *out.mutable_rules());
    WriteCauses(groups, i, out);
  }
  for (const Undecided& undecided : groups.grouping.undecided) {
    out.add_undecided_host_ids(groups.hosts[undecided.host].host);
    out.add_notes(absl::StrCat(groups.hosts[undecided.host].host,
                               " is undecided: ", undecided.reason));
  }
  if (groups.grouping.majority_is_tied) {
    out.add_notes(
        "no group is the largest: the first one is only what the others are "
        "compared with");
  }
  WriteAcknowledged(groups, out);
  if (explained) WriteExplanations(groups, out);
  return out;
}

}  // namespace sockdrift
