#include "core/net/option_name.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>

namespace sockdrift {
namespace {

using enum OptionKind;

// Options younger than the C library's headers; the numbers are the same on
// every architecture (include/uapi/linux/in.h, asm-generic/socket.h).
constexpr int kIpLocalPortRange = 51;  // Linux 6.3
constexpr int kIpv6Freebind = 78;      // Linux 4.15

constexpr OptionSpec kOptions[] = {
    {"SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, kInteger},
    {"SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, kInteger},
    {"SO_TYPE", SOL_SOCKET, SO_TYPE, kInteger},
    {"SO_DOMAIN", SOL_SOCKET, SO_DOMAIN, kInteger},
    {"SO_PROTOCOL", SOL_SOCKET, SO_PROTOCOL, kInteger},
    {"SO_ERROR", SOL_SOCKET, SO_ERROR, kInteger},
    {"SO_DONTROUTE", SOL_SOCKET, SO_DONTROUTE, kInteger},
    {"SO_BROADCAST", SOL_SOCKET, SO_BROADCAST, kInteger},
    {"SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, kInteger},
    {"SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, kInteger},
    {"SO_RCVLOWAT", SOL_SOCKET, SO_RCVLOWAT, kInteger},
    {"SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, kInteger},
    {"SO_OOBINLINE", SOL_SOCKET, SO_OOBINLINE, kInteger},
    {"SO_PRIORITY", SOL_SOCKET, SO_PRIORITY, kInteger},
    {"SO_MARK", SOL_SOCKET, SO_MARK, kInteger},
    {"SO_ACCEPTCONN", SOL_SOCKET, SO_ACCEPTCONN, kInteger},
    {"SO_BUSY_POLL", SOL_SOCKET, SO_BUSY_POLL, kInteger},
    {"SO_INCOMING_CPU", SOL_SOCKET, SO_INCOMING_CPU, kInteger},
    {"SO_LINGER", SOL_SOCKET, SO_LINGER, kLinger},
    {"SO_RCVTIMEO", SOL_SOCKET, SO_RCVTIMEO, kDuration},
    {"SO_SNDTIMEO", SOL_SOCKET, SO_SNDTIMEO, kDuration},
    {"SO_BINDTODEVICE", SOL_SOCKET, SO_BINDTODEVICE, kDevice},
    {"SO_ATTACH_FILTER", SOL_SOCKET, SO_ATTACH_FILTER, kFilter},
    {"SO_ATTACH_REUSEPORT_CBPF", SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF,
     kReuseportProgram},
    {"SO_DETACH_REUSEPORT_BPF", SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, kInteger},
    {"IP_TOS", IPPROTO_IP, IP_TOS, kInteger},
    {"IP_TTL", IPPROTO_IP, IP_TTL, kInteger},
    {"IP_FREEBIND", IPPROTO_IP, IP_FREEBIND, kInteger},
    {"IP_TRANSPARENT", IPPROTO_IP, IP_TRANSPARENT, kInteger},
    {"IP_BIND_ADDRESS_NO_PORT", IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, kInteger},
    {"IP_LOCAL_PORT_RANGE", IPPROTO_IP, kIpLocalPortRange, kPortRange},
    {"IP_MULTICAST_ALL", IPPROTO_IP, IP_MULTICAST_ALL, kInteger},
    {"IP_MULTICAST_LOOP", IPPROTO_IP, IP_MULTICAST_LOOP, kInteger},
    {"IP_MULTICAST_TTL", IPPROTO_IP, IP_MULTICAST_TTL, kInteger},
    {"IP_RECVERR", IPPROTO_IP, IP_RECVERR, kInteger},
    {"IP_PKTINFO", IPPROTO_IP, IP_PKTINFO, kInteger},
    {"IP_MTU_DISCOVER", IPPROTO_IP, IP_MTU_DISCOVER, kInteger},
    {"IP_MINTTL", IPPROTO_IP, IP_MINTTL, kInteger},
    {"IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY, kInteger},
    {"IPV6_FREEBIND", IPPROTO_IPV6, kIpv6Freebind, kInteger},
    {"IPV6_TRANSPARENT", IPPROTO_IPV6, IPV6_TRANSPARENT, kInteger},
    {"IPV6_MULTICAST_ALL", IPPROTO_IPV6, 29, kInteger},
    {"IPV6_MULTICAST_LOOP", IPPROTO_IPV6, IPV6_MULTICAST_LOOP, kInteger},
    {"IPV6_MULTICAST_HOPS", IPPROTO_IPV6, IPV6_MULTICAST_HOPS, kInteger},
    {"IPV6_UNICAST_HOPS", IPPROTO_IPV6, IPV6_UNICAST_HOPS, kInteger},
    {"IPV6_RECVERR", IPPROTO_IPV6, IPV6_RECVERR, kInteger},
    {"IPV6_TCLASS", IPPROTO_IPV6, IPV6_TCLASS, kInteger},
    {"TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, kInteger},
    {"TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG, kInteger},
    {"TCP_CORK", IPPROTO_TCP, TCP_CORK, kInteger},
    {"TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, kInteger},
    {"TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL, kInteger},
    {"TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT, kInteger},
    {"TCP_SYNCNT", IPPROTO_TCP, TCP_SYNCNT, kInteger},
    {"TCP_LINGER2", IPPROTO_TCP, TCP_LINGER2, kInteger},
    {"TCP_DEFER_ACCEPT", IPPROTO_TCP, TCP_DEFER_ACCEPT, kInteger},
    {"TCP_WINDOW_CLAMP", IPPROTO_TCP, TCP_WINDOW_CLAMP, kInteger},
    {"TCP_QUICKACK", IPPROTO_TCP, TCP_QUICKACK, kInteger},
    {"TCP_USER_TIMEOUT", IPPROTO_TCP, TCP_USER_TIMEOUT, kInteger},
    {"TCP_FASTOPEN", IPPROTO_TCP, TCP_FASTOPEN, kInteger},
    {"TCP_FASTOPEN_CONNECT", IPPROTO_TCP, TCP_FASTOPEN_CONNECT, kInteger},
    {"UDP_CORK", IPPROTO_UDP, UDP_CORK, kInteger},
};

}  // namespace

absl::Span<const OptionSpec> Options() { return kOptions; }

const OptionSpec* FindOption(absl::string_view name) {
  const auto* option =
      std::find_if(std::begin(kOptions), std::end(kOptions),
                   [&](const OptionSpec& o) { return o.name == name; });
  return option == std::end(kOptions) ? nullptr : option;
}

}  // namespace sockdrift
