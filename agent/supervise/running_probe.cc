#include "agent/supervise/running_probe.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/os/memory_file.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

constexpr int kJobFd = 3;
constexpr int kTallyFd = 4;

}  // namespace

uint64_t CellRunsOf(const Job& job) {
  const size_t cells =
      job.cells.empty() ? CellSpace(job.program).size() : job.cells.size();
  return uint64_t{cells} * RepeatsOf(job);
}

RunningProbe::RunningProbe(const Job& job, TallyMemory memory,
                           ChildProcess child, absl::Duration deadline)
    : job_(&job),
      memory_(std::move(memory)),
      child_(std::move(child)),
      started_(Clock::now()),
      deadline_(deadline),
      standstill_(job) {}

absl::StatusOr<RunningProbe> RunningProbe::Start(const std::string& probe,
                                                 const Job& job,
                                                 absl::Duration deadline) {
  SOCKDRIFT_ASSIGN_OR_RETURN(TallyMemory memory, TallyMemory::Make(job));
  SOCKDRIFT_ASSIGN_OR_RETURN(const UniqueFd job_file,
                             MakeMemoryFile(EncodeJob(job)));
  SOCKDRIFT_ASSIGN_OR_RETURN(
      ChildProcess child,
      ChildProcess::Start({probe, "--job-fd", absl::StrCat(kJobFd),
                           "--tally-fd", absl::StrCat(kTallyFd)},
                          {{job_file.get(), kJobFd}, {memory.fd(), kTallyFd}}));
  return RunningProbe(job, std::move(memory), std::move(child), deadline);
}

void RunningProbe::Kill(ProbeEnd why, std::string message) {
  if (killed_.has_value()) return;
  killed_ = Killing{why, std::move(message)};
  child_.Kill();
}

void RunningProbe::CheckTime(Clock::time_point now) {
  if (deadline_ > absl::ZeroDuration() &&
      absl::FromChrono(now - started_) >= deadline_) {
    Kill(ProbeEnd::kTimedOut, absl::StrCat("killed at its deadline of ",
                                           absl::FormatDuration(deadline_)));
  } else if (standstill_.Seen(finished(), now)) {
    Kill(ProbeEnd::kTimedOut, standstill_.Describe());
  }
}

void RunningProbe::Cancel() { Kill(ProbeEnd::kCancelled, "cancelled"); }

std::optional<ProbeResult> RunningProbe::Result() {
  const std::optional<ChildEnd> end = child_.Ended();
  if (!end.has_value()) return std::nullopt;
  return Conclude(*job_, memory_.tally(), *end, killed_,
                  absl::FromChrono(Clock::now() - started_));
}

}  // namespace sockdrift
