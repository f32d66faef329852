// The sources of facts, one file each. Every function adds what it can read
// and leaves out what it cannot; `from_kernel` is FactsOptions'.
#ifndef SOCKDRIFT_AGENT_FACTS_SOURCES_H_
#define SOCKDRIFT_AGENT_FACTS_SOURCES_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "agent/facts/host_root.h"
#include "core/plan/expectation.h"

namespace sockdrift {

// Adds the fact unless the value is empty.
void AddFact(absl::string_view name, absl::string_view value, Facts& facts);

// kernel, kernel.release, .version, .arch, .cmdline…, .module.*, os.*
void AddKernelFacts(const HostRoot& root, bool from_kernel, Facts& facts);
// kernel.config.*; needs kernel.release in `facts`.
void AddKernelConfigFacts(const HostRoot& root, Facts& facts);
// net.*: the sysctls that bear on sockets.
void AddSysctlFacts(const HostRoot& root, Facts& facts);
// virt.*; needs kernel.release and kernel.version in `facts`.
void AddVirtualisationFacts(const HostRoot& root, bool from_kernel,
                            Facts& facts);
// container.*, cluster, label.*
void AddContainerFacts(const HostRoot& root, Facts& facts);
// lsm…, seccomp.mode, no_new_privs, caps.*
void AddSecurityFacts(const HostRoot& root, Facts& facts);
// ipv6.available, nftables.in_use, iptables.in_use
void AddNetworkFacts(const HostRoot& root, bool from_kernel, Facts& facts);
// cgroup.version, cgroup.bpf.*, cgroup.root_programs
void AddCgroupFacts(const HostRoot& root, bool from_kernel, Facts& facts);
// cni.*
void AddCniFacts(const HostRoot& root, Facts& facts);

// The cgroup v2 path of this process ("/" for the root), empty without one.
std::string CgroupPath(const HostRoot& root);
// The environment that this process was started with.
std::map<std::string, std::string> Environment(const HostRoot& root);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_FACTS_SOURCES_H_
