#include "tests/mutants/seccomp.h"

#include <linux/capability.h>
#include <poll.h>
#include <seccomp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "agent/worlds/capabilities.h"
#include "core/base/status_macros.h"
#include "tests/mutants/intercepted_call.h"

namespace sockdrift::mutants {
namespace {

struct Release {
  void operator()(void* context) const { ::seccomp_release(context); }
};
using Filter = std::unique_ptr<void, Release>;

absl::StatusOr<Filter> Load(const CallPattern& pattern, uint32_t action) {
  Filter filter(::seccomp_init(SCMP_ACT_ALLOW));
  int error = filter == nullptr ? -ENOMEM : 0;
  if (error == 0) {
    error = ::seccomp_rule_add_array(
        filter.get(), action, pattern.call,
        static_cast<unsigned>(pattern.arguments.size()),
        pattern.arguments.data());
  }
  if (error == 0) error = ::seccomp_load(filter.get());
  if (error != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("seccomp: ", std::strerror(-error)));
  }
  return filter;
}

struct Notifications {
  Notifications() { ::seccomp_notify_alloc(&request, &response); }
  ~Notifications() { ::seccomp_notify_free(request, response); }
  Notifications(const Notifications&) = delete;
  Notifications& operator=(const Notifications&) = delete;

  seccomp_notif* request = nullptr;
  seccomp_notif_resp* response = nullptr;
};

// One call. A caller that has died meanwhile is nobody's fault.
void Decide(const Interception& interception, const UniqueFd& filter,
            Notifications& notifications) {
  std::memset(notifications.request, 0, sizeof(*notifications.request));
  if (::seccomp_notify_receive(filter.get(), notifications.request) != 0) {
    return;
  }
  InterceptedCall call(*notifications.request);
  const std::optional<int> decided = interception.decide(call);
  seccomp_notif_resp& response = *notifications.response;
  response = {};
  response.id = notifications.request->id;
  if (decided.has_value()) {
    response.error = -*decided;
  } else {
    response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  }
  static_cast<void>(::seccomp_notify_respond(filter.get(), &response));
}

}  // namespace

absl::Status InstallAnswer(const Answer& answer) {
  return Load(answer.pattern, SCMP_ACT_ERRNO(answer.error)).status();
}

absl::StatusOr<NotifyPair> NotifyPair::Make() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::ErrnoToStatus(errno, "making a socket pair");
  }
  NotifyPair pair;
  pair.ends_[0].reset(ends[0]);
  pair.ends_[1].reset(ends[1]);
  return pair;
}

absl::Status NotifyPair::InstallAndSend(const Interception& interception) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Filter filter,
                             Load(interception.pattern, SCMP_ACT_NOTIFY));
  // The parent takes it by this number, since this process waits for the
  // parent's decisions from here on.
  const int number = ::seccomp_notify_fd(filter.get());
  if (number < 0 ||
      ::write(ends_[1].get(), &number, sizeof(number)) != sizeof(number)) {
    return absl::FailedPreconditionError("seccomp: no notifications");
  }
  char taken;
  if (::read(ends_[1].get(), &taken, 1) != 1) {
    return absl::FailedPreconditionError("seccomp: nobody decides");
  }
  return absl::OkStatus();
}

absl::Status NotifyPair::Serve(const Interception& interception, pid_t child) {
  ends_[1].reset();
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  int number = -1;
  if (::read(ends_[0].get(), &number, sizeof(number)) != sizeof(number)) {
    return absl::FailedPreconditionError(
        "this kernel or container lets no process decide another's calls");
  }
  const UniqueFd filter(
      static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), number, 0)));
  if (!filter.valid()) {
    return absl::ErrnoToStatus(errno, "taking over the notifications");
  }
  const CapabilityMask look = MaskOf(CAP_SYS_PTRACE);
  SOCKDRIFT_RETURN_IF_ERROR(
      SetCapabilities({.effective = look, .permitted = look}));
  if (::write(ends_[0].get(), "", 1) != 1) {
    return absl::ErrnoToStatus(errno, "starting the command");
  }
  Notifications notifications;
  for (;;) {
    pollfd waiting[] = {{filter.get(), POLLIN, 0}, {process.get(), POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 && errno != EINTR) {
      return absl::ErrnoToStatus(errno, "waiting for calls");
    }
    if ((waiting[0].revents & POLLIN) != 0) {
      Decide(interception, filter, notifications);
    } else if (waiting[1].revents != 0) {
      return absl::OkStatus();
    }
  }
}

}  // namespace sockdrift::mutants
