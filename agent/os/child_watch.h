// Notices the end of a child process as a descriptor that becomes readable.
#ifndef SOCKDRIFT_AGENT_OS_CHILD_WATCH_H_
#define SOCKDRIFT_AGENT_OS_CHILD_WATCH_H_

#include <sys/types.h>

#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {

// Of a child that nobody reaps before Finish().
class ChildWatch {
 public:
  // A pidfd; a thread where the kernel has none (Linux before 5.3, gVisor).
  static absl::StatusOr<ChildWatch> Start(pid_t child);
  // A thread in any case.
  static absl::StatusOr<ChildWatch> StartThread(pid_t child);

  ChildWatch() = default;
  ChildWatch(ChildWatch&&) noexcept = default;
  ChildWatch& operator=(ChildWatch&& other) noexcept {
    std::swap(ended_, other.ended_);
    std::swap(thread_, other.thread_);
    return *this;
  }
  ~ChildWatch() { Finish(); }

  // Readable when the child has ended.
  int fd() const { return ended_.get(); }
  // Precondition: the child has ended. It may be reaped afterwards.
  void Finish() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  UniqueFd ended_;
  std::thread thread_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_OS_CHILD_WATCH_H_
