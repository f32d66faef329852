#include "agent/worlds/pristine.h"

namespace sockdrift {

const Sysctls& PristineSysctls() {
  // Documentation/networking/ip-sysctl.rst and the initialisers of
  // struct netns_ipv4, netns_ipv6 and netns_core say the same.
  static const Sysctls* const kDefaults = new Sysctls{
      // Ports.
      {"net/ipv4/ip_local_port_range", "32768 60999"},
      {"net/ipv4/ip_local_port_step_width", "0"},
      {"net/ipv4/ip_local_reserved_ports", ""},
      {"net/ipv4/ip_unprivileged_port_start", "1024"},
      {"net/ipv4/ip_autobind_reuse", "0"},
      // Addresses.
      {"net/ipv4/ip_nonlocal_bind", "0"},
      {"net/ipv6/ip_nonlocal_bind", "0"},
      {"net/ipv6/bindv6only", "0"},
      {"net/ipv4/ip_dynaddr", "0"},
      {"net/ipv4/ip_forward", "0"},
      {"net/ipv4/conf/all/accept_local", "0"},
      {"net/ipv4/conf/default/accept_local", "0"},
      {"net/ipv4/conf/lo/accept_local", "0"},
      {"net/ipv4/conf/all/route_localnet", "0"},
      {"net/ipv4/conf/default/route_localnet", "0"},
      {"net/ipv4/conf/lo/route_localnet", "0"},
      {"net/ipv4/conf/all/rp_filter", "0"},
      {"net/ipv4/conf/default/rp_filter", "0"},
      {"net/ipv4/conf/lo/rp_filter", "0"},
      {"net/ipv6/conf/all/disable_ipv6", "0"},
      {"net/ipv6/conf/default/disable_ipv6", "0"},
      {"net/ipv6/conf/lo/disable_ipv6", "0"},
      {"net/ipv6/conf/all/forwarding", "0"},
      {"net/ipv6/conf/default/forwarding", "0"},
      // TIME_WAIT and the ends of connections.
      {"net/ipv4/tcp_tw_reuse", "2"},
      {"net/ipv4/tcp_tw_reuse_delay", "1000"},
      {"net/ipv4/tcp_timestamps", "1"},
      {"net/ipv4/tcp_fin_timeout", "60"},
      {"net/ipv4/tcp_rfc1337", "0"},
      {"net/ipv4/tcp_abort_on_overflow", "0"},
      {"net/ipv4/tcp_orphan_retries", "0"},
      {"net/ipv4/tcp_migrate_req", "0"},
      // Beginnings of connections.
      {"net/core/somaxconn", "4096"},
      {"net/ipv4/tcp_fastopen", "1"},
      {"net/ipv4/tcp_syncookies", "1"},
      {"net/ipv4/tcp_syn_retries", "6"},
      {"net/ipv4/tcp_synack_retries", "5"},
      {"net/ipv4/tcp_retries1", "3"},
      {"net/ipv4/tcp_retries2", "15"},
      {"net/ipv4/tcp_ecn", "2"},
      {"net/ipv4/tcp_sack", "1"},
      {"net/ipv4/tcp_window_scaling", "1"},
      {"net/ipv4/tcp_keepalive_time", "7200"},
      {"net/ipv4/tcp_keepalive_intvl", "75"},
      {"net/ipv4/tcp_keepalive_probes", "9"},
      {"net/mptcp/enabled", "1"},
      // Which socket gets what comes in.
      {"net/ipv4/ip_early_demux", "1"},
      {"net/ipv4/tcp_early_demux", "1"},
      {"net/ipv4/udp_early_demux", "1"},
      {"net/ipv4/tcp_l3mdev_accept", "0"},
      {"net/ipv4/udp_l3mdev_accept", "0"},
      {"net/ipv4/raw_l3mdev_accept", "1"},
      {"net/ipv4/tcp_fwmark_accept", "0"},
      {"net/ipv4/fwmark_reflect", "0"},
      {"net/ipv6/fwmark_reflect", "0"},
      // The rest that a socket's call can answer to.
      {"net/ipv4/ping_group_range", "1 0"},
      {"net/ipv4/ip_default_ttl", "64"},
      {"net/ipv4/igmp_max_memberships", "20"},
      {"net/ipv6/auto_flowlabels", "1"},
      {"net/ipv6/flowlabel_consistency", "1"},
      {"net/ipv6/flowlabel_reflect", "0"},
      {"net/unix/max_dgram_qlen", "10"},
  };
  return *kDefaults;
}

}  // namespace sockdrift
