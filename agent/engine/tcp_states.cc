#include "agent/engine/tcp_states.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "agent/engine/proc_net_tcp.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kNames[] = {
    "",           "ESTABLISHED", "SYN_SENT",  "SYN_RECV",
    "FIN_WAIT1",  "FIN_WAIT2",   "TIME_WAIT", "CLOSED",
    "CLOSE_WAIT", "LAST_ACK",    "LISTEN",    "CLOSING"};
// A connection that is not accepted yet, in kernels that tell it apart.
constexpr int kNewSynRecv = 12;
constexpr int kSynRecv = 3;

constexpr int kUnavailable = -20'000;

struct DiagRequest {
  nlmsghdr header;
  inet_diag_req_v2 body;
};

DiagRequest RequestFor(const ConnectionEnd& end) {
  DiagRequest request = {};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  const bool ipv4 = IN6_IS_ADDR_V4MAPPED(&end.local);
  request.body.sdiag_family = ipv4 ? AF_INET : AF_INET6;
  request.body.sdiag_protocol = IPPROTO_TCP;
  request.body.idiag_states = ~0u;
  inet_diag_sockid& id = request.body.id;
  id.idiag_sport = htons(end.local_port);
  id.idiag_dport = htons(end.remote_port);
  const size_t skip = ipv4 ? 12 : 0;
  std::memcpy(id.idiag_src, end.local.s6_addr + skip, 16 - skip);
  std::memcpy(id.idiag_dst, end.remote.s6_addr + skip, 16 - skip);
  id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return request;
}

UniqueFd DiagSocket() {
  UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  const timeval second = {1, 0};
  if (fd.valid()) {
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
  }
  return fd;
}

union DiagReply {
  nlmsghdr header;
  char bytes[4096];

  // Of an NLMSG_ERROR or an NLMSG_DONE: minus errno, or 0.
  int error() const { return *static_cast<const int*>(NLMSG_DATA(&header)); }
};

// False where there is nobody to ask.
bool Exchange(const UniqueFd& netlink, const DiagRequest& request,
              DiagReply& reply) {
  if (!netlink.valid() || ::send(netlink.get(), &request, sizeof request, 0) !=
                              static_cast<ssize_t>(sizeof request)) {
    return false;
  }
  return ::recv(netlink.get(), reply.bytes, sizeof reply.bytes, 0) >=
         static_cast<ssize_t>(NLMSG_LENGTH(sizeof(int)));
}

}  // namespace

absl::string_view TcpStateName(int state) {
  if (state == kNewSynRecv) state = kSynRecv;
  if (state < 1 || state >= static_cast<int>(std::size(kNames))) return "";
  return kNames[state];
}

int TcpStateOf(absl::string_view name) {
  const auto* it = std::find(std::begin(kNames) + 1, std::end(kNames), name);
  return it == std::end(kNames) ? -1 : static_cast<int>(it - kNames);
}

void ReadAddress(const void* address, in6_addr& to, uint16_t& port) {
  sockaddr_in6 ipv6 = {};
  std::memcpy(&ipv6, address, sizeof(sockaddr_in));
  if (ipv6.sin6_family == AF_INET6) {
    std::memcpy(&ipv6, address, sizeof ipv6);
    to = ipv6.sin6_addr;
    port = ntohs(ipv6.sin6_port);
    return;
  }
  sockaddr_in ipv4 = {};
  std::memcpy(&ipv4, address, sizeof ipv4);
  to = {};
  to.s6_addr[10] = to.s6_addr[11] = 0xff;
  std::memcpy(to.s6_addr + 12, &ipv4.sin_addr, 4);
  port = ntohs(ipv4.sin_port);
}

int TcpStates::AskNetlink(const ConnectionEnd& end) {
  if (no_netlink_) return kUnavailable;
  if (!netlink_.valid()) netlink_ = DiagSocket();
  const DiagRequest request = RequestFor(end);
  DiagReply reply;
  if (!Exchange(netlink_, request, reply)) {
    no_netlink_ = true;
    return kUnavailable;
  }
  if (reply.header.nlmsg_type == NLMSG_ERROR) {
    if (reply.error() == -ENOENT && KnowsTcp()) return kTcpClosed;
    no_netlink_ = true;
    return kUnavailable;
  }
  const auto* found =
      static_cast<const inet_diag_msg*>(NLMSG_DATA(&reply.header));
  // Without a connection of those four the kernel answers with a listener that
  // would take one.
  if (found->id.idiag_dport != htons(end.remote_port)) return kTcpClosed;
  return found->idiag_state;
}

bool TcpStates::KnowsTcp() {
  if (!knows_tcp_.has_value()) {
    // A list of connections in no state at all: empty, where it can be had.
    DiagRequest request = RequestFor({});
    request.header.nlmsg_flags |= NLM_F_DUMP;
    request.body.idiag_states = 0;
    DiagReply reply;
    knows_tcp_ = Exchange(netlink_, request, reply) &&
                 reply.header.nlmsg_type == NLMSG_DONE && reply.error() == 0;
  }
  return *knows_tcp_;
}

int TcpStates::LookInProc(const ConnectionEnd& end) {
  const int state = StateInProcNetTcp(end);
  if (state != kTcpClosed) return state;
  if (!proc_shows_orphans_.has_value()) {
    proc_shows_orphans_ = ProcNetTcpShowsOrphans();
  }
  return *proc_shows_orphans_ ? kTcpClosed : kTcpNotShown;
}

int TcpStates::StateOf(const ConnectionEnd& end) {
  int state = AskNetlink(end);
  if (state == kUnavailable) state = LookInProc(end);
  return state == kNewSynRecv ? kSynRecv : state;
}

void TcpStates::Forget() { netlink_.reset(); }

}  // namespace sockdrift
