// Makes a run: each assignment of a set through the policy and a probe, and
// everything that came of it in one report.
#ifndef SOCKDRIFT_AGENT_SESSION_MEASURE_H_
#define SOCKDRIFT_AGENT_SESSION_MEASURE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/policy/policy.h"
#include "agent/session/session.h"
#include "agent/supervise/supervise.h"
#include "core/base/digest.h"
#include "sockdrift/v1/record.pb.h"
#include "wire/convert/report.h"

namespace sockdrift {

// RunJobs of agent/supervise, or a test's.
using JobRunner = std::function<std::vector<absl::StatusOr<ProbeResult>>(
    const std::vector<Job>&, const SuperviseOptions&, int parallel,
    const std::function<void(size_t, const absl::StatusOr<ProbeResult>&)>&
        done)>;

struct MeasureOptions {
  Policy policy;
  std::string probe;  // as SuperviseOptions::probe
  std::string netns;  // as Job::netns
  JobRunner run_jobs;
  // The canonical bytes of a program; nullopt when it is not here.
  std::function<std::optional<std::string>(const Digest&)> program;
  // Polled from any thread: the run is no longer wanted.
  std::function<bool()> cancelled;
  // As each assignment ends, from one thread at a time.
  std::function<void(int finished, int total)> progress;
};

struct Measured {
  Report report;
  std::vector<v1::RecordBody> records;  // each once
  ProbeCounts counts;
};

// NOT_FOUND when a program is not here: it is to be fetched again. CANCELLED
// when the run is no longer wanted. Whatever else goes wrong with an assignment
// is in the report; one that did not end before the run's deadline has timed
// out.
absl::StatusOr<Measured> MeasureSet(const RunOrder& order,
                                    const MeasureOptions& options);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SESSION_MEASURE_H_
