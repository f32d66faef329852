#include "core/net/option_name.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace sockdrift {
namespace {

using enum OptionKind;

// Options younger than the C library's headers; the numbers are the same on
// every architecture (include/uapi/linux/in.h, asm-generic/socket.h).
constexpr int kIpLocalPortRange = 51;  // Linux 6.3
constexpr int kIpv6Freebind = 78;      // Linux 4.15
constexpr int kIpv6MulticastAll = 29;  // Linux 4.20
constexpr int kIpv6FlowinfoSend = 33;  // Linux 2.2
constexpr int kSoTxrehash = 74;        // Linux 6.0
constexpr int kSoRcvmark = 75;         // Linux 6.0
constexpr int kSoPasspidfd = 76;       // Linux 6.5
constexpr int kSoRcvpriority = 82;     // Linux 6.14
constexpr int kTcpIsMptcp = 43;        // Linux 6.7
constexpr int kTcpRtoMaxMs = 44;       // Linux 6.15
constexpr int kTcpRtoMinUs = 45;       // Linux 6.18
constexpr int kTcpDelackMaxUs = 46;    // Linux 6.18
// Of Windows only, where it is defined as ~SO_REUSEADDR (winsock2.h); no Linux
// kernel has an option of that number.
constexpr int kSoExclusiveaddruse = ~SO_REUSEADDR;

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
    {"SO_INCOMING_CPU", SOL_SOCKET, SO_INCOMING_CPU, kCpu},
    {"SO_LINGER", SOL_SOCKET, SO_LINGER, kLinger},
    {"SO_RCVTIMEO", SOL_SOCKET, SO_RCVTIMEO, kDuration},
    {"SO_SNDTIMEO", SOL_SOCKET, SO_SNDTIMEO, kDuration},
    {"SO_BINDTODEVICE", SOL_SOCKET, SO_BINDTODEVICE, kDevice},
    {"SO_ATTACH_FILTER", SOL_SOCKET, SO_ATTACH_FILTER, kFilter},
    {"SO_ATTACH_REUSEPORT_CBPF", SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF,
     kReuseportProgram},
    {"SO_DETACH_REUSEPORT_BPF", SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, kInteger},
    {"SO_EXCLUSIVEADDRUSE", SOL_SOCKET, kSoExclusiveaddruse, kInteger},
    {"SO_DEBUG", SOL_SOCKET, SO_DEBUG, kInteger},
    {"SO_SNDBUFFORCE", SOL_SOCKET, SO_SNDBUFFORCE, kInteger},
    {"SO_RCVBUFFORCE", SOL_SOCKET, SO_RCVBUFFORCE, kInteger},
    {"SO_NO_CHECK", SOL_SOCKET, SO_NO_CHECK, kInteger},
    {"SO_BSDCOMPAT", SOL_SOCKET, SO_BSDCOMPAT, kInteger},
    {"SO_PASSCRED", SOL_SOCKET, SO_PASSCRED, kInteger},
    {"SO_PASSSEC", SOL_SOCKET, SO_PASSSEC, kInteger},
    {"SO_PASSPIDFD", SOL_SOCKET, kSoPasspidfd, kInteger},
    {"SO_SNDLOWAT", SOL_SOCKET, SO_SNDLOWAT, kInteger},
    {"SO_DETACH_FILTER", SOL_SOCKET, SO_DETACH_FILTER, kInteger},
    {"SO_LOCK_FILTER", SOL_SOCKET, SO_LOCK_FILTER, kInteger},
    {"SO_TIMESTAMP", SOL_SOCKET, SO_TIMESTAMP, kInteger},
    {"SO_TIMESTAMPNS", SOL_SOCKET, SO_TIMESTAMPNS, kInteger},
    {"SO_TIMESTAMPING", SOL_SOCKET, SO_TIMESTAMPING, kInteger},
    {"SO_RXQ_OVFL", SOL_SOCKET, SO_RXQ_OVFL, kInteger},
    {"SO_WIFI_STATUS", SOL_SOCKET, SO_WIFI_STATUS, kInteger},
    {"SO_PEEK_OFF", SOL_SOCKET, SO_PEEK_OFF, kInteger},
    {"SO_NOFCS", SOL_SOCKET, SO_NOFCS, kInteger},
    {"SO_SELECT_ERR_QUEUE", SOL_SOCKET, SO_SELECT_ERR_QUEUE, kInteger},
    {"SO_MAX_PACING_RATE", SOL_SOCKET, SO_MAX_PACING_RATE, kInteger},
    {"SO_BPF_EXTENSIONS", SOL_SOCKET, SO_BPF_EXTENSIONS, kInteger},
    {"SO_CNX_ADVICE", SOL_SOCKET, SO_CNX_ADVICE, kInteger},
    {"SO_ZEROCOPY", SOL_SOCKET, SO_ZEROCOPY, kInteger},
    {"SO_PREFER_BUSY_POLL", SOL_SOCKET, SO_PREFER_BUSY_POLL, kInteger},
    {"SO_BUSY_POLL_BUDGET", SOL_SOCKET, SO_BUSY_POLL_BUDGET, kInteger},
    {"SO_BUF_LOCK", SOL_SOCKET, SO_BUF_LOCK, kInteger},
    {"SO_RESERVE_MEM", SOL_SOCKET, SO_RESERVE_MEM, kInteger},
    {"SO_TXREHASH", SOL_SOCKET, kSoTxrehash, kInteger},
    {"SO_RCVMARK", SOL_SOCKET, kSoRcvmark, kInteger},
    {"SO_RCVPRIORITY", SOL_SOCKET, kSoRcvpriority, kInteger},
    {"SO_BINDTOIFINDEX", SOL_SOCKET, SO_BINDTOIFINDEX, kLink},
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
    {"IP_HDRINCL", IPPROTO_IP, IP_HDRINCL, kInteger},
    {"IP_RECVTTL", IPPROTO_IP, IP_RECVTTL, kInteger},
    {"IP_RECVTOS", IPPROTO_IP, IP_RECVTOS, kInteger},
    {"IP_RECVOPTS", IPPROTO_IP, IP_RECVOPTS, kInteger},
    {"IP_RETOPTS", IPPROTO_IP, IP_RETOPTS, kInteger},
    {"IP_RECVORIGDSTADDR", IPPROTO_IP, IP_RECVORIGDSTADDR, kInteger},
    {"IP_RECVFRAGSIZE", IPPROTO_IP, IP_RECVFRAGSIZE, kInteger},
    {"IP_RECVERR_RFC4884", IPPROTO_IP, IP_RECVERR_RFC4884, kInteger},
    {"IP_PASSSEC", IPPROTO_IP, IP_PASSSEC, kInteger},
    {"IP_CHECKSUM", IPPROTO_IP, IP_CHECKSUM, kInteger},
    {"IP_NODEFRAG", IPPROTO_IP, IP_NODEFRAG, kInteger},
    {"IP_MTU", IPPROTO_IP, IP_MTU, kInteger},
    {"IP_ROUTER_ALERT", IPPROTO_IP, IP_ROUTER_ALERT, kInteger},
    {"IP_UNICAST_IF", IPPROTO_IP, IP_UNICAST_IF, kLinkNetworkOrder},
    {"IP_MULTICAST_IF", IPPROTO_IP, IP_MULTICAST_IF, kMulticastLink},
    {"IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY, kInteger},
    {"IPV6_FREEBIND", IPPROTO_IPV6, kIpv6Freebind, kInteger},
    {"IPV6_TRANSPARENT", IPPROTO_IPV6, IPV6_TRANSPARENT, kInteger},
    {"IPV6_MULTICAST_ALL", IPPROTO_IPV6, kIpv6MulticastAll, kInteger},
    {"IPV6_MULTICAST_LOOP", IPPROTO_IPV6, IPV6_MULTICAST_LOOP, kInteger},
    {"IPV6_MULTICAST_HOPS", IPPROTO_IPV6, IPV6_MULTICAST_HOPS, kInteger},
    {"IPV6_UNICAST_HOPS", IPPROTO_IPV6, IPV6_UNICAST_HOPS, kInteger},
    {"IPV6_RECVERR", IPPROTO_IPV6, IPV6_RECVERR, kInteger},
    {"IPV6_TCLASS", IPPROTO_IPV6, IPV6_TCLASS, kInteger},
    {"IPV6_ADDRFORM", IPPROTO_IPV6, IPV6_ADDRFORM, kInteger},
    {"IPV6_MTU", IPPROTO_IPV6, IPV6_MTU, kInteger},
    {"IPV6_MTU_DISCOVER", IPPROTO_IPV6, IPV6_MTU_DISCOVER, kInteger},
    {"IPV6_DONTFRAG", IPPROTO_IPV6, IPV6_DONTFRAG, kInteger},
    {"IPV6_AUTOFLOWLABEL", IPPROTO_IPV6, IPV6_AUTOFLOWLABEL, kInteger},
    {"IPV6_FLOWINFO_SEND", IPPROTO_IPV6, kIpv6FlowinfoSend, kInteger},
    {"IPV6_ADDR_PREFERENCES", IPPROTO_IPV6, IPV6_ADDR_PREFERENCES, kInteger},
    {"IPV6_MINHOPCOUNT", IPPROTO_IPV6, IPV6_MINHOPCOUNT, kInteger},
    {"IPV6_RECVPKTINFO", IPPROTO_IPV6, IPV6_RECVPKTINFO, kInteger},
    {"IPV6_RECVHOPLIMIT", IPPROTO_IPV6, IPV6_RECVHOPLIMIT, kInteger},
    {"IPV6_RECVTCLASS", IPPROTO_IPV6, IPV6_RECVTCLASS, kInteger},
    {"IPV6_RECVPATHMTU", IPPROTO_IPV6, IPV6_RECVPATHMTU, kInteger},
    {"IPV6_RECVORIGDSTADDR", IPPROTO_IPV6, IPV6_RECVORIGDSTADDR, kInteger},
    {"IPV6_RECVFRAGSIZE", IPPROTO_IPV6, IPV6_RECVFRAGSIZE, kInteger},
    {"IPV6_RECVERR_RFC4884", IPPROTO_IPV6, IPV6_RECVERR_RFC4884, kInteger},
    {"IPV6_RECVHOPOPTS", IPPROTO_IPV6, IPV6_RECVHOPOPTS, kInteger},
    {"IPV6_RECVRTHDR", IPPROTO_IPV6, IPV6_RECVRTHDR, kInteger},
    {"IPV6_RECVDSTOPTS", IPPROTO_IPV6, IPV6_RECVDSTOPTS, kInteger},
    {"IPV6_ROUTER_ALERT", IPPROTO_IPV6, IPV6_ROUTER_ALERT, kInteger},
    {"IPV6_CHECKSUM", IPPROTO_IPV6, IPV6_CHECKSUM, kInteger},
    {"IPV6_UNICAST_IF", IPPROTO_IPV6, IPV6_UNICAST_IF, kLinkNetworkOrder},
    {"IPV6_MULTICAST_IF", IPPROTO_IPV6, IPV6_MULTICAST_IF, kLink},
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
    {"TCP_FASTOPEN_NO_COOKIE", IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, kInteger},
    {"TCP_SAVE_SYN", IPPROTO_TCP, TCP_SAVE_SYN, kInteger},
    {"TCP_NOTSENT_LOWAT", IPPROTO_TCP, TCP_NOTSENT_LOWAT, kInteger},
    {"TCP_TIMESTAMP", IPPROTO_TCP, TCP_TIMESTAMP, kClock},
    {"TCP_THIN_LINEAR_TIMEOUTS", IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS,
     kInteger},
    {"TCP_THIN_DUPACK", IPPROTO_TCP, TCP_THIN_DUPACK, kInteger},
    {"TCP_REPAIR", IPPROTO_TCP, TCP_REPAIR, kInteger},
    {"TCP_INQ", IPPROTO_TCP, TCP_INQ, kInteger},
    {"TCP_TX_DELAY", IPPROTO_TCP, TCP_TX_DELAY, kInteger},
    {"TCP_IS_MPTCP", IPPROTO_TCP, kTcpIsMptcp, kInteger},
    {"TCP_RTO_MAX_MS", IPPROTO_TCP, kTcpRtoMaxMs, kInteger},
    {"TCP_RTO_MIN_US", IPPROTO_TCP, kTcpRtoMinUs, kInteger},
    {"TCP_DELACK_MAX_US", IPPROTO_TCP, kTcpDelackMaxUs, kInteger},
    {"TCP_FASTOPEN_KEY", IPPROTO_TCP, TCP_FASTOPEN_KEY, kKey},
    {"TCP_CONGESTION", IPPROTO_TCP, TCP_CONGESTION, kWord},
    {"TCP_ULP", IPPROTO_TCP, TCP_ULP, kWord},
    {"UDP_CORK", IPPROTO_UDP, UDP_CORK, kInteger},
    {"UDP_ENCAP", IPPROTO_UDP, UDP_ENCAP, kInteger},
    {"UDP_NO_CHECK6_TX", IPPROTO_UDP, UDP_NO_CHECK6_TX, kInteger},
    {"UDP_NO_CHECK6_RX", IPPROTO_UDP, UDP_NO_CHECK6_RX, kInteger},
    {"UDP_SEGMENT", IPPROTO_UDP, UDP_SEGMENT, kInteger},
    {"UDP_GRO", IPPROTO_UDP, UDP_GRO, kInteger},
};

}  // namespace

absl::Span<const OptionSpec> Options() { return kOptions; }

const OptionSpec* FindOption(absl::string_view name) {
  const auto* option =
      std::find_if(std::begin(kOptions), std::end(kOptions),
                   [&](const OptionSpec& o) { return o.name == name; });
  return option == std::end(kOptions) ? nullptr : option;
}

absl::string_view OptionLevelName(absl::string_view option) {
  constexpr std::pair<absl::string_view, absl::string_view> kLevels[] = {
      {"SO_", "SOL_SOCKET"},
      {"IPV6_", "IPPROTO_IPV6"},
      {"IP_", "IPPROTO_IP"},
      {"TCP_", "IPPROTO_TCP"},
      {"UDP_", "IPPROTO_UDP"}};
  for (const auto& [prefix, level] : kLevels) {
    if (option.substr(0, prefix.size()) == prefix) return level;
  }
  return "?";
}

}  // namespace sockdrift
