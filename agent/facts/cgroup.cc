// The programs that are attached to this process's cgroup and may answer a
// socket call in the kernel's stead.
#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/facts/sources.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {
namespace {

struct Hook {
  bpf_attach_type type;
  absl::string_view name;
};

constexpr Hook kHooks[] = {{BPF_CGROUP_INET_SOCK_CREATE, "sock_create"},
                           {BPF_CGROUP_INET_SOCK_RELEASE, "sock_release"},
                           {BPF_CGROUP_INET4_BIND, "bind4"},
                           {BPF_CGROUP_INET6_BIND, "bind6"},
                           {BPF_CGROUP_INET4_POST_BIND, "post_bind4"},
                           {BPF_CGROUP_INET6_POST_BIND, "post_bind6"},
                           {BPF_CGROUP_INET4_CONNECT, "connect4"},
                           {BPF_CGROUP_INET6_CONNECT, "connect6"},
                           {BPF_CGROUP_UDP4_SENDMSG, "sendmsg4"},
                           {BPF_CGROUP_UDP6_SENDMSG, "sendmsg6"},
                           {BPF_CGROUP_UDP4_RECVMSG, "recvmsg4"},
                           {BPF_CGROUP_UDP6_RECVMSG, "recvmsg6"},
                           {BPF_CGROUP_INET4_GETSOCKNAME, "getsockname4"},
                           {BPF_CGROUP_INET6_GETSOCKNAME, "getsockname6"},
                           {BPF_CGROUP_INET4_GETPEERNAME, "getpeername4"},
                           {BPF_CGROUP_INET6_GETPEERNAME, "getpeername6"},
                           {BPF_CGROUP_GETSOCKOPT, "getsockopt"},
                           {BPF_CGROUP_SETSOCKOPT, "setsockopt"},
                           {BPF_CGROUP_SOCK_OPS, "sock_ops"},
                           {BPF_CGROUP_INET_INGRESS, "ingress"},
                           {BPF_CGROUP_INET_EGRESS, "egress"},
                           {BPF_CGROUP_SYSCTL, "sysctl"}};

// How many programs are in force at the hook, those of the cgroups above
// included; -1 when the kernel does not say.
int AttachedAt(int cgroup, bpf_attach_type type) {
  bpf_attr attributes = {};
  attributes.query.target_fd = static_cast<uint32_t>(cgroup);
  attributes.query.attach_type = type;
  attributes.query.query_flags = BPF_F_QUERY_EFFECTIVE;
  if (syscall(SYS_bpf, BPF_PROG_QUERY, &attributes, sizeof(attributes)) != 0 &&
      errno != ENOSPC) {
    return -1;
  }
  return static_cast<int>(attributes.query.prog_cnt);
}

// The programs that act in every cgroup, "connect4 1, sendmsg4 1" or "none";
// empty where that cannot be told.
std::string ProgramsOfRoot(const std::string& mount) {
  // Only cgroups below the root have events: a container sees such a one.
  if (access(absl::StrCat(mount, "/cgroup.events").c_str(), F_OK) == 0) {
    return "";
  }
  UniqueFd root(open(mount.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  bool told = false;
  std::vector<std::string> programs;
  for (const Hook& hook : kHooks) {
    int attached = AttachedAt(root.get(), hook.type);
    told |= attached >= 0;
    if (attached <= 0) continue;
    programs.push_back(absl::StrCat(hook.name, " ", attached));
  }
  if (!told) return "";
  return programs.empty() ? "none" : absl::StrJoin(programs, ", ");
}

}  // namespace

std::string CgroupPath(const HostRoot& root) {
  std::string text = root.Read("/proc/self/cgroup");
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StartsWith(line, "0::")) return std::string(line.substr(3));
  }
  return "";
}

void AddCgroupFacts(const HostRoot& root, bool from_kernel, Facts& facts) {
  bool unified = root.Exists("/sys/fs/cgroup/cgroup.controllers");
  bool hybrid = root.Exists("/sys/fs/cgroup/unified/cgroup.controllers");
  if (root.IsDirectory("/sys/fs/cgroup")) {
    AddFact("cgroup.version", unified ? "2" : hybrid ? "hybrid" : "1", facts);
  }
  if (!from_kernel || (!unified && !hybrid)) return;
  std::string mount = unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified";
  std::string folder = absl::StrCat(mount, CgroupPath(root));
  UniqueFd cgroup(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!cgroup.valid()) return;
  for (const Hook& hook : kHooks) {
    int attached = AttachedAt(cgroup.get(), hook.type);
    if (attached < 0) continue;
    AddFact(absl::StrCat("cgroup.bpf.", hook.name), absl::StrCat(attached),
            facts);
  }
  AddFact("cgroup.root_programs", ProgramsOfRoot(mount), facts);
}

}  // namespace sockdrift
