#include "agent/worlds/namespaces.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "agent/os/text_file.h"
#include "agent/os/unique_fd.h"
#include "agent/worlds/capabilities.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

constexpr CapabilityMask kForNetworks =
    MaskOf(CAP_SYS_ADMIN) | MaskOf(CAP_NET_ADMIN);

absl::Status WriteMap(const char* path, const std::string& text) {
  const UniqueFd fd(::open(path, O_WRONLY | O_CLOEXEC));
  if (!fd.valid() || ::write(fd.get(), text.data(), text.size()) < 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("writing ", path));
  }
  return absl::OkStatus();
}

absl::Status MapOwnIds(uid_t uid, gid_t gid) {
  SOCKDRIFT_RETURN_IF_ERROR(WriteMap("/proc/self/setgroups", "deny"));
  SOCKDRIFT_RETURN_IF_ERROR(
      WriteMap("/proc/self/gid_map", absl::StrCat(gid, " ", gid, " 1")));
  return WriteMap("/proc/self/uid_map", absl::StrCat(uid, " ", uid, " 1"));
}

absl::Status RefuseUserNamespace(int error) {
  std::string why = WhyNoUserNamespaces();
  if (why.empty()) {
    why = absl::StrCat(
        "the kernel answers \"", std::strerror(error),
        "\": a seccomp profile, a security module or a chroot forbids user "
        "namespaces; allow them or run as root");
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "a fresh network namespace needs CAP_SYS_ADMIN and CAP_NET_ADMIN, or a "
      "user namespace, and neither is to be had: ",
      why));
}

absl::Status EnterByUserNamespace() {
  // uid 0 must not be what calls run with, and from the inside one can map
  // one's own ids only; so they are changed before.
  if (::geteuid() == 0) SOCKDRIFT_RETURN_IF_ERROR(LeaveRoot());
  const uid_t uid = ::geteuid();
  const gid_t gid = ::getegid();
  // A change of ids gives /proc/self to root until this is set again.
  ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
    return RefuseUserNamespace(errno);
  }
  const absl::Status mapped = MapOwnIds(uid, gid);
  if (mapped.ok()) return absl::OkStatus();
  // Some security modules let the namespace be made and then take every
  // capability in it.
  const std::string why = WhyNoUserNamespaces();
  return absl::FailedPreconditionError(absl::StrCat(
      "a user namespace could be made, but not set up (",
      std::string(mapped.message()), ")", why.empty() ? "" : ": ", why));
}

bool IsSetTo(const std::string& path, absl::string_view value) {
  return ReadTextFile(path).value_or("") == value;
}

// CONFIG_NET_NS is not set: neither root nor anybody else can have one.
bool HasNoNetworkNamespaces() {
  return ::access("/proc/self/ns", F_OK) == 0 &&
         ::access("/proc/self/ns/net", F_OK) != 0 && errno == ENOENT;
}

}  // namespace

absl::StatusOr<FreshBy> EnterFreshNetwork() {
  if (HasNoNetworkNamespaces()) {
    return absl::FailedPreconditionError(
        "this kernel was built without network namespaces (CONFIG_NET_NS); "
        "world own measures in the only network that it has");
  }
  const CapabilityMask effective = ReadCapabilities().effective;
  if ((effective & kForNetworks) == kForNetworks &&
      ::unshare(CLONE_NEWNET) == 0) {
    return FreshBy::kPrivilege;
  }
  SOCKDRIFT_RETURN_IF_ERROR(EnterByUserNamespace());
  return FreshBy::kUserNamespace;
}

absl::Status EnterNetwork(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the network namespace ", path, " cannot be opened (",
        std::strerror(errno),
        "): name a file such as /run/netns/NAME or /proc/PID/ns/net that this "
        "user may read"));
  }
  if (::setns(fd.get(), CLONE_NEWNET) != 0) {
    const int error = errno;
    return absl::FailedPreconditionError(
        absl::StrCat("the network namespace ", path, " cannot be entered (",
                     std::strerror(error), "): ",
                     error == EINVAL ? "it is no network namespace"
                                     : "that needs CAP_SYS_ADMIN"));
  }
  return absl::OkStatus();
}

bool InInitialNetwork() {
  // The kernel registers the settings that all namespaces share, such as this
  // one, in its first namespace only; inode numbers say less, for a process
  // with a PID namespace of its own has nothing to compare with.
  return ::access("/proc/sys/net/core/netdev_max_backlog", F_OK) == 0;
}

absl::Status LeaveRoot() {
  if (::geteuid() != 0) return absl::OkStatus();
  ::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
  if (::setgroups(0, nullptr) != 0 ||
      ::setresgid(kUnprivilegedId, kUnprivilegedId, kUnprivilegedId) != 0 ||
      ::setresuid(kUnprivilegedId, kUnprivilegedId, kUnprivilegedId) != 0) {
    return absl::UnavailableError(absl::StrCat(
        "root's uid could not be left for uid ", kUnprivilegedId, " (",
        std::strerror(errno), "): that needs CAP_SETUID and CAP_SETGID"));
  }
  // The change of ids emptied the effective set; the permitted one was kept.
  const CapabilityMask permitted = ReadCapabilities().permitted;
  return SetCapabilities({.effective = permitted, .permitted = permitted});
}

std::string WhyNoUserNamespaces() {
  if (::access("/proc/self/ns/user", F_OK) != 0) {
    return "this kernel was built without user namespaces";
  }
  if (IsSetTo("/proc/sys/kernel/unprivileged_userns_clone", "0")) {
    return "kernel.unprivileged_userns_clone is 0; set it to 1 or run as root";
  }
  if (IsSetTo("/proc/sys/user/max_user_namespaces", "0")) {
    return "user.max_user_namespaces is 0; raise it or run as root";
  }
  if (IsSetTo("/proc/sys/user/max_net_namespaces", "0")) {
    return "user.max_net_namespaces is 0; raise it";
  }
  if (IsSetTo("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1")) {
    return "kernel.apparmor_restrict_unprivileged_userns is 1; give the probe "
           "an AppArmor profile with `userns,`, set it to 0 or run as root";
  }
  return "";
}

}  // namespace sockdrift
