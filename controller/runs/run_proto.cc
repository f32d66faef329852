#include "controller/runs/run_proto.h"

#include "wire/convert/assignment_set.h"

namespace sockdrift {
namespace {

void WriteTally(const RunTally& tally, v1::RunTally& out) {
  out.set_selected_count(tally.selected);
  out.set_wanted_count(tally.Of(RunHostState::kWanted));
  out.set_held_count(tally.Of(RunHostState::kHeld));
  out.set_answered_count(tally.Of(RunHostState::kAnswered));
  out.set_failed_count(tally.Of(RunHostState::kFailed));
  out.set_late_count(tally.Of(RunHostState::kLate));
  out.set_offline_count(tally.Of(RunHostState::kOffline));
  out.set_refused_count(tally.Of(RunHostState::kRefused));
}

void WritePlan(const Assignment& assignment, const CellTally& cells,
               ProgramBook& programs, v1::RunPlan& out) {
  out.set_plan(assignment.plan);
  out.set_measurement_digest(std::string(assignment.measurement.View()));
  out.set_subset(!assignment.cells.empty());
  out.set_cell_count(static_cast<int64_t>(assignment.cells.size()));
  if (assignment.cells.empty()) {
    const auto program = programs.Find(assignment.measurement);
    if (program.ok()) out.set_cell_count((*program)->cells.size());
  }
  v1::CellTally& tally = *out.mutable_cells();
  tally.set_done_count(cells.done);
  tally.set_skip_count(cells.skip);
  tally.set_error_count(cells.error);
  tally.set_unstable_count(cells.unstable);
  tally.set_miss_count(cells.miss);
}

}  // namespace

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp proto;
  const int64_t seconds = absl::ToUnixSeconds(time);
  proto.set_seconds(seconds);
  proto.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return proto;
}

absl::Time FromTimestamp(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

v1::Run ToProto(const Run& run, ProgramBook& programs) {
  v1::Run proto;
  proto.set_run_id(run.row.id);
  proto.set_phase(static_cast<v1::RunPhase>(run.row.phase));
  proto.set_standing(run.row.standing);
  for (size_t i = 0; i < run.set->assignments.size(); ++i) {
    WritePlan(run.set->assignments[i],
              i < run.cells.size() ? run.cells[i] : CellTally(), programs,
              *proto.add_plans());
  }
  proto.set_world(ToProto(run.row.world));
  proto.set_selector(run.row.selector);
  *proto.mutable_create_time() = ToTimestamp(run.row.created);
  *proto.mutable_deadline_time() = ToTimestamp(run.row.deadline);
  if (run.row.ended.has_value()) {
    *proto.mutable_end_time() = ToTimestamp(*run.row.ended);
  }
  WriteTally(run.tally, *proto.mutable_tally());
  if (!run.set->assignments.empty()) {
    for (const auto& [name, value] : run.set->assignments[0].overrides) {
      v1::SysctlOverride& out = *proto.add_overrides();
      out.set_name(name);
      out.set_value(value);
    }
  }
  proto.set_parallel_host_limit(run.row.parallel_limit);
  return proto;
}

v1::RunHost ToProto(const RunHost& host) {
  v1::RunHost proto;
  proto.set_host_id(host.row.host);
  proto.set_state(static_cast<v1::RunHostState>(host.row.state));
  proto.set_reason(host.row.reason);
  if (host.row.ended.has_value()) {
    *proto.mutable_end_time() = ToTimestamp(*host.row.ended);
  }
  if (!IsFinal(host.row.state)) {
    proto.set_finished_count(host.finished);
    proto.set_total_count(host.total);
  }
  if (host.genome.has_value()) {
    proto.set_genome_digest(std::string(host.genome->View()));
  }
  return proto;
}

}  // namespace sockdrift
