#include "agent/os/child_watch.h"

#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "absl/status/status.h"

namespace sockdrift {

absl::StatusOr<ChildWatch> ChildWatch::Start(pid_t child) {
  ChildWatch watch;
  watch.ended_.reset(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  if (watch.ended_.valid()) return watch;
  if (errno == ENOSYS) return StartThread(child);
  return absl::ErrnoToStatus(errno, "watching a child by a pidfd");
}

absl::StatusOr<ChildWatch> ChildWatch::StartThread(pid_t child) {
  ChildWatch watch;
  watch.ended_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!watch.ended_.valid()) {
    return absl::ErrnoToStatus(errno, "watching a child by a thread");
  }
  // Signals are for the threads that expect them.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, &before);
  watch.thread_ = std::thread([child, ended = watch.ended_.get()] {
    siginfo_t info = {};
    while (::waitid(P_PID, static_cast<id_t>(child), &info,
                    WEXITED | WNOWAIT) != 0 &&
           errno == EINTR) {
    }
    ::eventfd_write(ended, 1);
  });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return watch;
}

}  // namespace sockdrift
