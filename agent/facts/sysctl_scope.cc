#include "agent/facts/sysctl_scope.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace sockdrift {
namespace {

// net.core is shared but for these.
constexpr absl::string_view kCoreOfNamespace[] = {
    "optmem_max", "rps_default_mask", "somaxconn", "tstamp_allow_data",
    "txrehash"};

// net.ipv4, net.ipv6 and net.mptcp are the namespace's but for these. The list
// of allowed congestion controls shows in every namespace, and is one.
constexpr absl::string_view kShared[] = {
    "net.ipv4.cipso_cache_bucket_size",
    "net.ipv4.cipso_cache_enable",
    "net.ipv4.cipso_rbm_optfmt",
    "net.ipv4.cipso_rbm_strictvalid",
    "net.ipv4.fib_sync_mem",
    "net.ipv4.inet_peer_maxttl",
    "net.ipv4.inet_peer_minttl",
    "net.ipv4.inet_peer_threshold",
    "net.ipv4.ipfrag_secret_interval",
    "net.ipv4.tcp_allowed_congestion_control",
    "net.ipv4.tcp_available_congestion_control",
    "net.ipv4.tcp_available_ulp",
    "net.ipv4.tcp_low_latency",
    "net.ipv4.tcp_max_orphans",
    "net.ipv4.tcp_mem",
    "net.ipv4.udp_mem",
    "net.ipv6.calipso_cache_bucket_size",
    "net.ipv6.calipso_cache_enable",
    "net.ipv6.ip6frag_secret_interval",
    "net.ipv6.mld_max_msf",
    "net.ipv6.mld_qrv",
    "net.mptcp.available_path_managers",
    "net.mptcp.available_schedulers"};

constexpr absl::string_view kCoreOfSockets[] = {"busy_poll",
                                                "busy_read",
                                                "default_qdisc",
                                                "fb_tunnels_only_for_init_net",
                                                "devconf_inherit_init_net",
                                                "optmem_max",
                                                "rmem_default",
                                                "rmem_max",
                                                "somaxconn",
                                                "tstamp_allow_data",
                                                "txrehash",
                                                "wmem_default",
                                                "wmem_max"};

// Beginnings of names right below net.ipv4, net.ipv6 and net.mptcp that are
// routing's, fragments', labels' or ICMP's own business; seeds; secrets.
constexpr absl::string_view kOthers[] = {"calipso_",
                                         "cipso_",
                                         "fib_",
                                         "icmp_msgs",
                                         "icmp_ratelimit",
                                         "icmp_ratemask",
                                         "inet_peer_",
                                         "ioam6_",
                                         "ip6frag_",
                                         "ipfrag_",
                                         "neigh",
                                         "nexthop_",
                                         "route",
                                         "seg6_",
                                         "tcp_available_",
                                         "tcp_ehash_",
                                         "tcp_fastopen_key",
                                         "udp_hash_",
                                         "xfrm",
                                         "available_"};

// Of each interface's settings, those that decide which addresses and packets
// a socket can have.
constexpr absl::string_view kInterfaceOfSockets[] = {
    "accept_dad",
    "accept_local",
    "accept_ra",
    "accept_source_route",
    "addr_gen_mode",
    "autoconf",
    "bc_forwarding",
    "dad_transmits",
    "disable_ipv6",
    "disable_policy",
    "disable_xfrm",
    "drop_unicast_in_l2_multicast",
    "force_forwarding",
    "force_igmp_version",
    "force_mld_version",
    "forwarding",
    "hop_limit",
    "ignore_routes_with_linkdown",
    "keep_addr_on_down",
    "mc_forwarding",
    "mtu",
    "optimistic_dad",
    "promote_secondaries",
    "route_localnet",
    "rp_filter",
    "src_valid_mark",
    "use_oif_addrs_only",
    "use_optimistic",
    "use_tempaddr"};

template <typename List>
bool Holds(const List& list, absl::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

}  // namespace

bool IsPerNamespace(absl::string_view sysctl) {
  std::vector<absl::string_view> parts = absl::StrSplit(sysctl, '.');
  if (parts.size() < 3 || parts[0] != "net") return false;
  if (parts[1] == "core") return Holds(kCoreOfNamespace, parts[2]);
  if (parts[1] == "unix") return true;
  if (parts[1] != "ipv4" && parts[1] != "ipv6" && parts[1] != "mptcp") {
    return false;
  }
  return !Holds(kShared, sysctl);
}

bool BearsOnSockets(absl::string_view sysctl) {
  std::vector<absl::string_view> parts = absl::StrSplit(sysctl, '.');
  if (parts.size() < 3 || parts[0] != "net") return false;
  if (parts[1] == "core") return Holds(kCoreOfSockets, parts[2]);
  if (parts[1] == "unix") return true;
  if (parts.size() == 5 && parts[2] == "conf") {
    return Holds(kInterfaceOfSockets, parts[4]);
  }
  return std::none_of(std::begin(kOthers), std::end(kOthers),
                      [&parts](absl::string_view beginning) {
                        return absl::StartsWith(parts[2], beginning);
                      });
}

}  // namespace sockdrift
