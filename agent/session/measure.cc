#include "agent/session/measure.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/policy/permit.h"
#include "core/base/status_macros.h"
#include "core/behaviour/canonical.h"
#include "core/plan/cells.h"
#include "core/plan/program_codec.h"
#include "wire/convert/bodies.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

// An assignment that is to be run, or what became of it without that.
struct Prepared {
  std::optional<Job> job;
  AssignmentResult refusal;
};

Prepared Refused(AssignmentEnd end, absl::string_view reason) {
  return {.job = std::nullopt,
          .refusal = {.end = end, .reason = std::string(reason)}};
}

Prepared Prepare(const Assignment& assignment, absl::string_view bytes,
                 const MeasureOptions& options) {
  absl::StatusOr<Program> program = DecodeProgram(bytes);
  if (!program.ok()) {
    const bool unknown =
        absl::IsFailedPrecondition(program.status()) ||
        program.status().code() == absl::StatusCode::kUnimplemented;
    return Refused(
        unknown ? AssignmentEnd::kUnsupported : AssignmentEnd::kFailed,
        program.status().message());
  }
  const uint32_t all = CellSpace(*program).size();
  if (!assignment.cells.empty() && assignment.cells.back() >= all) {
    return Refused(AssignmentEnd::kFailed,
                   absl::StrCat("cell ", assignment.cells.back(),
                                " is wanted of a plan of ", all));
  }
  const size_t cells = assignment.cells.empty() ? all : assignment.cells.size();
  const Policy& policy = options.policy;
  const std::string why =
      WhyNotPermitted(policy, *program, assignment.world, cells);
  if (!why.empty()) return Refused(AssignmentEnd::kPolicyRefused, why);
  const std::string why_not_there =
      assignment.root_cgroup ? WhyNotRootCgroup(policy) : "";
  if (!why_not_there.empty()) {
    return Refused(AssignmentEnd::kPolicyRefused, why_not_there);
  }
  Job job;
  job.plan = assignment.plan;
  job.program = *std::move(program);
  job.world = assignment.world;
  job.netns = options.netns;
  job.overrides = assignment.overrides;
  job.root_cgroup = assignment.root_cgroup;
  job.cells = assignment.cells;
  if (!IsFresh(assignment.world)) {
    job.first_port = policy.first_port;
    job.last_port = policy.last_port;
  }
  job.max_open_files = policy.max_sockets;
  job.max_memory_bytes = policy.max_memory_bytes;
  job.background = true;
  return {.job = std::move(job), .refusal = {}};
}

AssignmentEnd EndOf(ProbeEnd end) {
  switch (end) {
    case ProbeEnd::kFinished:
      return AssignmentEnd::kFinished;
    case ProbeEnd::kWorldRefused:
      return AssignmentEnd::kWorldRefused;
    case ProbeEnd::kFailed:
      return AssignmentEnd::kFailed;
    case ProbeEnd::kCrashed:
      return AssignmentEnd::kCrashed;
    case ProbeEnd::kTimedOut:
    case ProbeEnd::kCancelled:  // by us, at the run's deadline
      return AssignmentEnd::kTimedOut;
  }
  return AssignmentEnd::kFailed;
}

// Adds the record's body to `out` and names it in `result`.
absl::Status AddRecord(const Record& record, const Digest& measurement,
                       std::set<Digest>& known, AssignmentResult& result,
                       Measured& out) {
  const std::string bytes = EncodeRecord(record, measurement);
  const RecordName name = {.record = Sha256(bytes),
                           .behaviour = BehaviourDigest(record, measurement)};
  if (!known.contains(name.record)) {
    SOCKDRIFT_ASSIGN_OR_RETURN(v1::RecordBody body, RecordToProto(bytes));
    out.records.push_back(std::move(body));
    known.insert(name.record);
  }
  result.record = name;
  return absl::OkStatus();
}

AssignmentResult ResultOf(const absl::StatusOr<ProbeResult>& probe,
                          const Digest& measurement, std::set<Digest>& known,
                          Measured& out) {
  if (!probe.ok()) {
    return {.end = AssignmentEnd::kFailed,
            .reason = std::string(probe.status().message())};
  }
  AssignmentResult result = {.end = EndOf(probe->end),
                             .reason = probe->message,
                             .record = std::nullopt,
                             .notes = probe->notes};
  if (probe->end == ProbeEnd::kCancelled) {
    result.reason = "the run's deadline passed";
  }
  const absl::Status added =
      AddRecord(probe->record, measurement, known, result, out);
  if (!added.ok()) {
    result.end = AssignmentEnd::kFailed;
    result.reason = std::string(added.message());
  }
  return result;
}

void Count(const AssignmentResult& result, ProbeCounts& counts) {
  switch (result.end) {
    case AssignmentEnd::kFinished:
    case AssignmentEnd::kWorldRefused:
      ++counts.started;
      break;
    case AssignmentEnd::kFailed:
    case AssignmentEnd::kCrashed:
    case AssignmentEnd::kTimedOut:
      ++counts.started;
      ++counts.failed;
      break;
    case AssignmentEnd::kPolicyRefused:
      ++counts.refused;
      break;
    case AssignmentEnd::kUnsupported:
      break;
  }
}

absl::StatusOr<std::vector<Prepared>> PrepareAll(
    const RunOrder& order, const MeasureOptions& options) {
  std::vector<Prepared> prepared;
  for (const Assignment& assignment : order.set.assignments) {
    const std::optional<std::string> bytes =
        options.program(assignment.measurement);
    if (!bytes.has_value()) {
      return absl::NotFoundError(
          absl::StrCat("the program of ", assignment.plan, " is not here"));
    }
    prepared.push_back(Prepare(assignment, *bytes, options));
  }
  return prepared;
}

std::vector<absl::StatusOr<ProbeResult>> RunAll(const std::vector<Job>& jobs,
                                                const RunOrder& order,
                                                const MeasureOptions& options) {
  const auto total = static_cast<int>(order.set.assignments.size());
  int finished = total - static_cast<int>(jobs.size());
  SuperviseOptions supervise;
  supervise.probe = options.probe;
  supervise.deadline = options.policy.max_time;
  supervise.cancelled = [&] {
    return options.cancelled() ||
           (order.deadline.has_value() &&
            std::chrono::steady_clock::now() >= *order.deadline);
  };
  return options.run_jobs(jobs, supervise, options.policy.parallel,
                          [&](size_t, const absl::StatusOr<ProbeResult>&) {
                            options.progress(++finished, total);
                          });
}

}  // namespace

absl::StatusOr<Measured> MeasureSet(const RunOrder& order,
                                    const MeasureOptions& options) {
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<Prepared> prepared,
                             PrepareAll(order, options));
  std::vector<Job> jobs;
  for (Prepared& one : prepared) {
    if (one.job.has_value()) jobs.push_back(std::move(*one.job));
  }
  const std::vector<absl::StatusOr<ProbeResult>> results =
      RunAll(jobs, order, options);
  if (options.cancelled()) return absl::CancelledError("no longer wanted");

  Measured out;
  out.report.set = order.set_digest;
  std::set<Digest> known;
  size_t next = 0;
  for (size_t i = 0; i < prepared.size(); ++i) {
    const Digest& measurement = order.set.assignments[i].measurement;
    AssignmentResult result =
        prepared[i].job.has_value()
            ? ResultOf(results[next++], measurement, known, out)
            : prepared[i].refusal;
    Count(result, out.counts);
    out.report.results.push_back(std::move(result));
  }
  return out;
}

}  // namespace sockdrift
