#include "core/divergence/fact_relevance.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kNameReason =
    "a name that people or installers gave; no socket call sees it";
constexpr absl::string_view kBootReason =
    "differs on every machine or every boot by design";
constexpr absl::string_view kMemoryReason =
    "a size that the kernel derives from the machine's memory";
constexpr absl::string_view kPartsReason =
    "a whole of which the parts that bear on sockets are facts of their own";
constexpr absl::string_view kHardwareReason =
    "the machine's maker and model; no socket call sees them";

constexpr IrrelevantFact kIrrelevant[] = {
    {"host", kNameReason},
    {"host.*", kNameReason},
    {"hostname", kNameReason},
    {"kernel.hostname", kNameReason},
    {"kernel.domainname", kNameReason},
    {"label.*", kNameReason},
    {"cluster", kNameReason},
    {"container.id", kNameReason},
    {"container.name", kNameReason},
    {"cni.file", kNameReason},
    {"cni.network", kNameReason},
    {"boot_id", kBootReason},
    {"kernel.boot_id", kBootReason},
    {"machine_id", kBootReason},
    {"os.machine_id", kBootReason},
    {"uptime", kBootReason},
    {"atlas.*", "how the atlas came by it; no socket call sees it"},
    {"documented", "where it stands; no socket call sees it"},
    {"boot.*", "how a kernel was started for an audit; no socket call sees it"},
    {"agent.*", "of the agent's process and not of the kernel"},
    {"kernel.cmdline", kPartsReason},
    {"os.pretty_name", kPartsReason},
    {"virt.dmi.*", kHardwareReason},
    {"net.core.optmem_max", kMemoryReason},
    {"net.core.rmem_default", kMemoryReason},
    {"net.core.rmem_max", kMemoryReason},
    {"net.core.wmem_default", kMemoryReason},
    {"net.core.wmem_max", kMemoryReason},
    {"net.ipv4.tcp_child_ehash_entries", kMemoryReason},
    {"net.ipv4.tcp_ehash_entries", kMemoryReason},
    {"net.ipv4.tcp_max_orphans", kMemoryReason},
    {"net.ipv4.tcp_max_syn_backlog", kMemoryReason},
    {"net.ipv4.tcp_max_tw_buckets", kMemoryReason},
    {"net.ipv4.tcp_mem", kMemoryReason},
    {"net.ipv4.tcp_rmem", kMemoryReason},
    {"net.ipv4.tcp_wmem", kMemoryReason},
    {"net.ipv4.udp_child_hash_entries", kMemoryReason},
    {"net.ipv4.udp_hash_entries", kMemoryReason},
    {"net.ipv4.udp_mem", kMemoryReason},
    {"net.ipv4.*_mem", kMemoryReason},
    {"net.ipv4.*_thresh*", kMemoryReason},
    {"net.ipv6.*_thresh*", kMemoryReason},
    {"net.mptcp.*_mem", kMemoryReason},
    {"net.netfilter.*_buckets", kMemoryReason},
    {"net.netfilter.*_max", kMemoryReason},
    {"net.sctp.*mem", kMemoryReason},
};

struct Distance {
  absl::string_view pattern;
  int remoteness;
};

// The first pattern that matches decides.
constexpr Distance kDistances[] = {
    // Another stack altogether: its settings and privileges follow from that.
    {"virt.kind", -1},
    // Read by bind, connect and listen themselves.
    {"net.ipv6.bindv6only", 0},
    {"net.ipv6.conf.all.disable_ipv6", 0},
    {"net.ipv6.conf.*.disable_ipv6", 1},
    {"net.ipv6.ip_nonlocal_bind", 0},
    {"net.ipv4.ip_autobind_reuse", 0},
    {"net.ipv4.ip_local_port_range", 0},
    {"net.ipv4.ip_local_reserved_ports", 0},
    {"net.ipv4.ip_nonlocal_bind", 0},
    {"net.ipv4.ip_unprivileged_port_start", 0},
    {"net.ipv4.tcp_fin_timeout", 0},
    {"net.ipv4.tcp_l3mdev_accept", 0},
    {"net.ipv4.tcp_tw_reuse*", 0},
    {"net.ipv4.udp_l3mdev_accept", 0},
    {"net.core.somaxconn", 0},
    {"kernel.cmdline.ipv6.*", 1},
    {"kernel.module.ipv6.*", 1},
    // Answer before the stack does, or decide that there is none.
    {"ipv6.available", 2},
    {"cgroup.bpf.*", 2},
    {"cgroup.root_programs", 2},
    {"caps.*", 2},
    {"seccomp.mode", 2},
    {"lsm*", 2},
    {"nftables.in_use", 2},
    {"iptables.in_use", 2},
    // What the stack is.
    {"kernel.release", 3},
    {"kernel.upstream", 3},
    {"kernel", 4},
    {"kernel.arch", 4},
    // Decide other things about packets.
    {"net.*", 5},
    {"kernel.cmdline.*", 5},
    {"kernel.module.*", 6},
    {"kernel.config.*", 6},
    {"kernel.version", 7},
    {"container.*", 7},
    {"cni.*", 7},
    {"cgroup.version", 7},
    {"no_new_privs", 7},
    {"virt.*", 8},
    {"os.*", 8},
};
constexpr int kUnnamed = 9;

// Whether the pattern stands for the text.
bool Matches(absl::string_view pattern, absl::string_view text) {
  const size_t star = pattern.find('*');
  if (star == absl::string_view::npos) return pattern == text;
  if (!absl::StartsWith(text, pattern.substr(0, star))) return false;
  const absl::string_view rest = pattern.substr(star + 1);
  for (size_t i = star; i <= text.size(); ++i) {
    if (Matches(rest, text.substr(i))) return true;
  }
  return false;
}

}  // namespace

absl::Span<const IrrelevantFact> IrrelevantFacts() { return kIrrelevant; }

const IrrelevantFact* FindIrrelevant(absl::string_view fact) {
  const auto* it = std::find_if(
      std::begin(kIrrelevant), std::end(kIrrelevant),
      [&](const IrrelevantFact& one) { return Matches(one.pattern, fact); });
  return it == std::end(kIrrelevant) ? nullptr : it;
}

int Remoteness(absl::string_view fact) {
  for (const Distance& distance : kDistances) {
    if (Matches(distance.pattern, fact)) return distance.remoteness;
  }
  return kUnnamed;
}

}  // namespace sockdrift
