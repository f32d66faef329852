// The options that the kernel was built with, as far as they decide what
// sockets do.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/facts/sources.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kOptions[] = {"BPF_SYSCALL",
                                          "BRIDGE_NETFILTER",
                                          "CGROUP_BPF",
                                          "INET",
                                          "INET_DIAG",
                                          "INET_DIAG_DESTROY",
                                          "INET_TCP_DIAG",
                                          "INET_UDP_DIAG",
                                          "IPV6",
                                          "IPV6_MULTIPLE_TABLES",
                                          "IPV6_OPTIMISTIC_DAD",
                                          "IP_MULTICAST",
                                          "IP_MULTIPLE_TABLES",
                                          "IP_SCTP",
                                          "MPTCP",
                                          "MPTCP_IPV6",
                                          "NETFILTER",
                                          "NETFILTER_XT_MATCH_SOCKET",
                                          "NET_L3_MASTER_DEV",
                                          "NET_NS",
                                          "NET_VRF",
                                          "NF_CONNTRACK",
                                          "NF_TABLES",
                                          "PACKET",
                                          "PREEMPT_RT",
                                          "SECCOMP",
                                          "SECCOMP_FILTER",
                                          "SECURITY_APPARMOR",
                                          "SECURITY_LANDLOCK",
                                          "SECURITY_NETWORK",
                                          "SECURITY_SELINUX",
                                          "SECURITY_SMACK",
                                          "SECURITY_TOMOYO",
                                          "SMC",
                                          "SYN_COOKIES",
                                          "TCP_AO",
                                          "TCP_MD5SIG",
                                          "TLS",
                                          "UNIX",
                                          "USER_NS",
                                          "VETH",
                                          "VSOCKETS"};

std::string ConfigText(const HostRoot& root, absl::string_view release) {
  for (const std::string& path :
       {absl::StrCat("/boot/config-", release),
        absl::StrCat("/lib/modules/", release, "/config"),
        absl::StrCat("/usr/lib/modules/", release, "/config"),
        absl::StrCat("/lib/modules/", release, "/build/.config"),
        std::string("/proc/config")}) {
    std::string text = root.Read(path);
    if (absl::StrContains(text, "CONFIG_")) return text;
  }
  return "";
}

}  // namespace

void AddKernelConfigFacts(const HostRoot& root, Facts& facts) {
  auto release = facts.find("kernel.release");
  if (release == facts.end()) return;
  std::string text = ConfigText(root, release->second);
  if (text.empty()) return;
  for (absl::string_view option : kOptions) {
    // An option that the file does not name depends on one that is off.
    AddFact(absl::StrCat("kernel.config.", option), "n", facts);
  }
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::StartsWith(line, "CONFIG_")) continue;
    std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(line.substr(7), absl::MaxSplits('=', 1));
    std::string fact = absl::StrCat("kernel.config.", pair.first);
    if (facts.count(fact) > 0) AddFact(fact, pair.second, facts);
  }
}

}  // namespace sockdrift
