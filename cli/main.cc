#include <csignal>

#include "absl/synchronization/mutex.h"
#include "cli/command_line.h"

int main(int argc, char** argv) {
  // Debian's Abseil aborts on what it takes for a deadlock, and gRPC runs on
  // its mutexes.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // A reader that has gone away is an error of writing, not a signal.
  signal(SIGPIPE, SIG_IGN);
  return static_cast<int>(sockdrift::RunCommandLine(argc, argv));
}
