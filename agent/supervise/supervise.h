// Starts, times and kills probes and says how each ended. One probe runs one
// job; a probe that hangs, crashes or is killed costs that job only.
#ifndef SOCKDRIFT_AGENT_SUPERVISE_SUPERVISE_H_
#define SOCKDRIFT_AGENT_SUPERVISE_SUPERVISE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/job/job.h"
#include "core/behaviour/record.h"

namespace sockdrift {

enum class ProbeEnd {
  kFinished,
  kWorldRefused,  // this host cannot give the world; no call was made
  kFailed,        // the prober said what went wrong
  kCrashed,       // ended by a signal of its own making (SIGSEGV, SIGSYS …)
  kTimedOut,      // killed by us at its deadline
  kCancelled,     // killed by us because the caller asked for it
};
absl::string_view ProbeEndName(ProbeEnd end);

struct ProbeResult {
  ProbeEnd end = ProbeEnd::kFailed;
  std::string message;  // how it ended, in words; empty when it finished
  // One entry for every cell whatever the end: what was finished is kept, the
  // cell in flight is ERROR, the rest MISS.
  Record record;
  std::vector<std::string> notes;  // about the world
  absl::Duration elapsed;
};

// Called now and then with the number of cell runs that have ended and that
// there will be in all.
using ProbeProgress = std::function<void(uint64_t finished, uint64_t total)>;

struct SuperviseOptions {
  // The probe's executable. Empty: beside this process's own, then where it is
  // installed.
  std::string probe = {};
  // A job's longest time; zero: what the program's limits add up to.
  absl::Duration deadline = absl::ZeroDuration();
  // Polled; true ends the job as kCancelled.
  std::function<bool()> cancelled = {};
  ProbeProgress progress = {};
};

// Runs one job in a probe of its own and waits for its end. Not OK only when no
// probe could be started: NOT_FOUND (no executable) or INTERNAL.
absl::StatusOr<ProbeResult> RunJob(const Job& job,
                                   const SuperviseOptions& options);

// Runs jobs, at most `parallel` probes at once, and of those in `own` and
// `host` worlds one at a time: they share a namespace. Results in the order of
// jobs. `done` is called as each ends, from one thread at a time.
std::vector<absl::StatusOr<ProbeResult>> RunJobs(
    const std::vector<Job>& jobs, const SuperviseOptions& options, int parallel,
    const std::function<void(size_t, const absl::StatusOr<ProbeResult>&)>&
        done);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SUPERVISE_SUPERVISE_H_
