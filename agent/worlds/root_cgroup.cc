#include "agent/worlds/root_cgroup.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {
namespace {

// Where the v2 hierarchy is by itself, and where beside version 1.
constexpr const char* kMounts[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};

std::string MountOfCgroup2() {
  for (const char* mount : kMounts) {
    if (::access(absl::StrCat(mount, "/cgroup.controllers").c_str(), F_OK) ==
        0) {
      return mount;
    }
  }
  return "";
}

// Only cgroups below the root have events.
bool IsRoot(const std::string& cgroup) {
  return ::access(absl::StrCat(cgroup, "/cgroup.events").c_str(), F_OK) != 0;
}

absl::string_view WhatToDo(int error) {
  if (error == EROFS) {
    return "; mount it writable (systemd: ProtectControlGroups=no)";
  }
  return error == EACCES || error == EPERM ? "; it takes root" : "";
}

}  // namespace

absl::Status EnterRootCgroup() {
  const std::string root = MountOfCgroup2();
  if (root.empty()) {
    return absl::FailedPreconditionError(
        "the cgroup v2 hierarchy is not mounted at /sys/fs/cgroup or "
        "/sys/fs/cgroup/unified");
  }
  if (!IsRoot(root)) {
    return absl::FailedPreconditionError(
        absl::StrCat(root,
                     " shows a part of the hierarchy only, as in a container "
                     "with a cgroup namespace; mount the host's there"));
  }
  const std::string path = absl::StrCat(root, "/cgroup.procs");
  const UniqueFd processes(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  // 0 is the writer itself.
  if (!processes.valid() || ::write(processes.get(), "0", 1) != 1) {
    const int error = errno;
    return absl::FailedPreconditionError(
        absl::StrCat("the root cgroup cannot be entered: ", path, ": ",
                     std::strerror(error), WhatToDo(error)));
  }
  return absl::OkStatus();
}

}  // namespace sockdrift
