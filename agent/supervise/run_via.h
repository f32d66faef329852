// Jobs for a probe that another program starts somewhere else: in a container,
// under gVisor, in a virtual machine. Its standard input gets the jobs, its
// standard output gives facts and results (frames.h).
#ifndef SOCKDRIFT_AGENT_SUPERVISE_RUN_VIA_H_
#define SOCKDRIFT_AGENT_SUPERVISE_RUN_VIA_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/job/job.h"
#include "agent/supervise/supervise.h"
#include "core/plan/expectation.h"

namespace sockdrift {

struct ViaOptions {
  // The longest time of all jobs together; zero: none but a caller's patience.
  absl::Duration deadline = absl::ZeroDuration();
  // Polled; true asks the program to end, and ends it when it does not.
  std::function<bool()> cancelled = {};
  // Called as results come in.
  std::function<void(size_t finished, size_t total)> progress = {};
};

struct ViaResult {
  // Of the kernel that the probe ran on; empty when it never said.
  Facts facts;
  // One for each job, in their order. What came in whole is kept whatever
  // happened after it; a job without a result has the reason.
  std::vector<absl::StatusOr<ProbeResult>> results;
  // Whether the stream came to its end: DATA_LOSS for a broken or cut one,
  // DEADLINE_EXCEEDED, CANCELLED; the message has the last words of the
  // program's standard error.
  absl::Status end;
  // How the program itself ended, and the last words of its standard error.
  int exit_code = 0;
  std::string words;
};

// Starts a command line such as {"runsc", "do", "sockdrift-probe", "--stream"}
// and waits for its end. Not OK only when it could not be started.
absl::StatusOr<ViaResult> RunVia(const std::vector<std::string>& command,
                                 const std::vector<Job>& jobs,
                                 const ViaOptions& options);

// The bytes that a probe reads: for a caller that carries them itself.
std::string EncodeJobStream(const std::vector<Job>& jobs);

// Takes up what a probe wrote, where a caller carried it itself (a virtual
// machine's serial line, a file).
ViaResult DecodeResultStream(absl::string_view bytes, size_t jobs);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SUPERVISE_RUN_VIA_H_
