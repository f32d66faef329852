// One probe at work on one job.
#ifndef SOCKDRIFT_AGENT_SUPERVISE_RUNNING_PROBE_H_
#define SOCKDRIFT_AGENT_SUPERVISE_RUNNING_PROBE_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "agent/job/job.h"
#include "agent/job/tally_memory.h"
#include "agent/os/child_process.h"
#include "agent/supervise/conclude.h"
#include "agent/supervise/standstill.h"
#include "agent/supervise/supervise.h"

namespace sockdrift {

// How many cell runs a job has.
uint64_t CellRunsOf(const Job& job);

class RunningProbe {
 public:
  using Clock = std::chrono::steady_clock;

  // `deadline` zero: only a standstill ends it. The job must outlive it.
  static absl::StatusOr<RunningProbe> Start(const std::string& probe,
                                            const Job& job,
                                            absl::Duration deadline);

  int pidfd() const { return child_.pidfd(); }
  uint64_t finished() const { return memory_.tally().finished(); }

  // Kills it when its time is over, or when it stands still.
  void CheckTime(Clock::time_point now);
  void Cancel();
  // Its result, once it has ended.
  std::optional<ProbeResult> Result();

 private:
  RunningProbe(const Job& job, TallyMemory memory, ChildProcess child,
               absl::Duration deadline);

  // The first cause wins.
  void Kill(ProbeEnd why, std::string message);

  const Job* job_;
  TallyMemory memory_;
  ChildProcess child_;
  Clock::time_point started_;
  absl::Duration deadline_;
  Standstill standstill_;
  std::optional<Killing> killed_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SUPERVISE_RUNNING_PROBE_H_
