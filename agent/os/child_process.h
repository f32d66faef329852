// A child process of one's own: started without fork, watched, never
// outliving its object.
#ifndef SOCKDRIFT_AGENT_OS_CHILD_PROCESS_H_
#define SOCKDRIFT_AGENT_OS_CHILD_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/os/child_watch.h"

namespace sockdrift {

// How a process ended: by a signal, or with an exit code.
struct ChildEnd {
  int signal = 0;  // 0: it exited
  int exit_code = 0;
};

// `from` of this process becomes `to` of the child.
struct PassedFd {
  int from;
  int to;
};

class ChildProcess {
 public:
  // Starts argv[0], looked up on PATH unless it has a slash, in a process group
  // of its own. It gets `passed`, /dev/null for standard input and output that
  // are not among them, this process's standard error, and no other
  // descriptor. NOT_FOUND where there is no such program.
  static absl::StatusOr<ChildProcess> Start(
      const std::vector<std::string>& argv,
      const std::vector<PassedFd>& passed);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  // Kills what is left of its group, and waits for it.
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  // Readable when the process has ended.
  int pidfd() const { return watch_.fd(); }

  // How it ended; nullopt while it runs. What is left of its group is killed
  // when its end is first seen.
  std::optional<ChildEnd> Ended();
  // Waits for its end.
  ChildEnd Await();
  // SIGTERM to its group: a request to put things in order and end.
  void Terminate();
  // SIGKILL to its group. Ended() answers a little later.
  void Kill();

 private:
  ChildProcess(pid_t pid, ChildWatch watch)
      : pid_(pid), watch_(std::move(watch)) {}
  std::optional<ChildEnd> Wait(int flags);

  pid_t pid_ = -1;
  ChildWatch watch_;
  std::optional<ChildEnd> end_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_OS_CHILD_PROCESS_H_
