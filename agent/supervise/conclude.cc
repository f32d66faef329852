#include "agent/supervise/conclude.h"

#include <csignal>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

std::string DescribeSignal(int signal) {
  if (signal == SIGSYS) {
    return "the probe was killed by SIGSYS: it made a system call that its "
           "filter does not allow, which is a fault of the probe";
  }
  if (signal == SIGKILL) {
    return "the probe was killed by SIGKILL from outside, perhaps for want of "
           "memory";
  }
  if (signal == SIGXCPU) {
    return "the probe was killed by SIGXCPU: it used up its CPU time";
  }
  const char* const name = ::sigabbrev_np(signal);
  return absl::StrCat("the probe crashed with ", name == nullptr ? "" : "SIG",
                      name == nullptr ? absl::StrCat("signal ", signal) : name);
}

Killing Judge(const Tally& tally, const ChildEnd& end,
              const std::optional<Killing>& killed) {
  switch (tally.phase()) {
    case TallyPhase::kFinished:
      return {ProbeEnd::kFinished, ""};
    case TallyPhase::kWorldRefused:
      return {ProbeEnd::kWorldRefused, tally.message()};
    case TallyPhase::kFailed:
      return {ProbeEnd::kFailed, tally.message()};
    case TallyPhase::kStarted:
    case TallyPhase::kRunning:
      break;
  }
  if (killed.has_value() && end.signal == SIGKILL) return *killed;
  if (end.signal != 0) return {ProbeEnd::kCrashed, DescribeSignal(end.signal)};
  return {ProbeEnd::kFailed,
          absl::StrCat("the probe exited with ", end.exit_code,
                       " before it had finished; its standard error says why")};
}

}  // namespace

ProbeResult Conclude(const Job& job, const Tally& tally, const ChildEnd& end,
                     const std::optional<Killing>& killed,
                     absl::Duration elapsed) {
  Killing how = Judge(tally, end, killed);
  ProbeResult result;
  result.end = how.end;
  result.record = tally.Fold(job.cells, how.message, job.program.observations);
  result.message = std::move(how.message);
  result.notes = tally.Notes();
  result.elapsed = elapsed;
  return result;
}

}  // namespace sockdrift
