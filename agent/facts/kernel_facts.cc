// The kernel that runs: its names, its command line, its modules; and the
// distribution around it.
#include <sys/utsname.h>

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/facts/boot_facts.h"
#include "agent/facts/sources.h"

namespace sockdrift {
namespace {

// Parameters of the command line that decide what sockets do.
constexpr absl::string_view kParameters[] = {"apparmor",
                                             "cgroup_no_v1",
                                             "ipv6.autoconf",
                                             "ipv6.disable",
                                             "ipv6.disable_ipv6",
                                             "lockdown",
                                             "lsm",
                                             "security",
                                             "selinux",
                                             "systemd.unified_cgroup_hierarchy",
                                             "thash_entries",
                                             "uhash_entries"};

// Modules that change what socket calls answer, or that stand for a subsystem
// which does.
constexpr absl::string_view kModules[] = {
    "af_packet",      "bpfilter",    "br_netfilter", "dccp",
    "inet_diag",      "ip6_tables",  "ip6table_nat", "ip_tables",
    "ip_vs",          "iptable_nat", "ipv6",         "mptcp_diag",
    "nf_conntrack",   "nf_nat",      "nf_tables",    "nf_tproxy_ipv4",
    "nf_tproxy_ipv6", "nft_socket",  "nft_tproxy",   "overlay",
    "sctp",           "smc",         "tcp_bbr",      "tcp_cubic",
    "tcp_diag",       "tls",         "udp_diag",     "unix_diag",
    "veth",           "vrf",         "vsock",        "xt_TPROXY",
    "xt_socket"};

constexpr absl::string_view kIpv6Parameters[] = {"autoconf", "disable",
                                                 "disable_ipv6"};

// Words parted by blanks; within double quotes blanks are part of the word.
std::vector<std::string> CommandLineWords(absl::string_view line) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back().push_back(c);
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

void AddCommandLine(const HostRoot& root, Facts& facts) {
  std::string line = root.Line("/proc/cmdline");
  AddFact("kernel.cmdline", line, facts);
  const bool guest = Environment(root).contains(kBootVariable);
  for (const std::string& word : CommandLineWords(line)) {
    // What follows is for the first process and not for the kernel.
    if (word == "--") break;
    if (guest && word == kGuestSocketTables) continue;
    std::pair<std::string, std::string> pair =
        absl::StrSplit(word, absl::MaxSplits('=', 1));
    bool bears = absl::StartsWith(pair.first, "sysctl.net.");
    for (absl::string_view name : kParameters) bears |= pair.first == name;
    if (!bears) continue;
    AddFact(absl::StrCat("kernel.cmdline.", pair.first),
            pair.second.empty() ? "set" : pair.second, facts);
  }
}

void AddModules(const HostRoot& root, Facts& facts) {
  std::string loaded = absl::StrCat("\n", root.Read("/proc/modules"));
  for (absl::string_view name : kModules) {
    std::string fact = absl::StrCat("kernel.module.", name);
    if (absl::StrContains(loaded, absl::StrCat("\n", name, " "))) {
      AddFact(fact, "loaded", facts);
    } else if (root.IsDirectory(absl::StrCat("/sys/module/", name))) {
      AddFact(fact, "built-in", facts);
    }
  }
  for (absl::string_view name : kIpv6Parameters) {
    AddFact(absl::StrCat("kernel.module.ipv6.", name),
            root.Line(absl::StrCat("/sys/module/ipv6/parameters/", name)),
            facts);
  }
}

// "6.1.0" of "6.1.0-56-amd64".
std::string NumericVersion(absl::string_view release) {
  size_t end = 0;
  while (end < release.size() &&
         (absl::ascii_isdigit(release[end]) || release[end] == '.')) {
    ++end;
  }
  while (end > 0 && release[end - 1] == '.') --end;
  return std::string(release.substr(0, end));
}

// The stable release that the kernel was built from, which tells what was
// backported: "6.1.192" of Debian's "6.1.0-56-amd64". Empty where only the
// distributor knows.
std::string UpstreamVersion(const HostRoot& root, absl::string_view release,
                            absl::string_view version) {
  // "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-10-31)"
  constexpr absl::string_view kDebian = " Debian ";
  const size_t debian = version.find(kDebian);
  if (debian != absl::string_view::npos) {
    return NumericVersion(version.substr(debian + kDebian.size()));
  }
  // "Ubuntu 6.8.0-49.49-generic 6.8.12"
  const std::string signature = root.Line("/proc/version_signature");
  if (!signature.empty()) {
    return NumericVersion(signature.substr(signature.rfind(' ') + 1));
  }
  // "5.14.0-503.el9": the distributor's own count, and what it chose from later
  // releases.
  std::string number = NumericVersion(release);
  const absl::string_view rest = release.substr(number.size());
  const bool own_count = absl::EndsWith(number, ".0") && rest.size() > 1 &&
                         rest[0] == '-' && absl::ascii_isdigit(rest[1]);
  return own_count ? "" : number;
}

void AddDistribution(const HostRoot& root, Facts& facts) {
  std::string text = root.Read("/etc/os-release");
  if (text.empty()) text = root.Read("/usr/lib/os-release");
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    absl::string_view value = pair.second;
    if (value.size() >= 2 && (value[0] == '"' || value[0] == '\'') &&
        value.back() == value[0]) {
      value = value.substr(1, value.size() - 2);
    }
    if (pair.first == "ID") AddFact("os.id", value, facts);
    if (pair.first == "VERSION_ID") AddFact("os.version_id", value, facts);
    if (pair.first == "PRETTY_NAME") AddFact("os.pretty_name", value, facts);
    if (pair.first == "VARIANT_ID") AddFact("os.variant_id", value, facts);
  }
}

}  // namespace

void AddKernelFacts(const HostRoot& root, bool from_kernel, Facts& facts) {
  std::string release = root.Line("/proc/sys/kernel/osrelease");
  std::string version = root.Line("/proc/sys/kernel/version");
  std::string arch = root.Line("/proc/sys/kernel/arch");
  utsname name;
  if (from_kernel && uname(&name) == 0) {
    release = name.release;
    version = name.version;
    arch = name.machine;
  }
  AddFact("kernel", NumericVersion(release), facts);
  AddFact("kernel.release", release, facts);
  AddFact("kernel.version", version, facts);
  AddFact("kernel.upstream", UpstreamVersion(root, release, version), facts);
  AddFact("kernel.arch", arch, facts);
  AddCommandLine(root, facts);
  AddModules(root, facts);
  AddDistribution(root, facts);
}

}  // namespace sockdrift
