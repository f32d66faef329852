// The TCP state of a connection that no socket of ours may hold any more.
#ifndef SOCKDRIFT_AGENT_ENGINE_TCP_STATES_H_
#define SOCKDRIFT_AGENT_ENGINE_TCP_STATES_H_

#include <netinet/in.h>

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {

// The kernel's numbers (include/net/tcp_states.h). CLOSED is both "closed" and
// "not there".
inline constexpr int kTcpClosed = 7;
// The kernel shows no connections that no socket holds (gVisor).
inline constexpr int kTcpNotShown = -10'000;

// "ESTABLISHED" …, as in the operation table; empty for no state.
absl::string_view TcpStateName(int state);
// -1 for no state's name.
int TcpStateOf(absl::string_view name);

// One end of a TCP connection. Addresses are IPv6, IPv4 ones in mapped form,
// so that it does not matter through which family a socket speaks IPv4.
struct ConnectionEnd {
  in6_addr local = {};
  in6_addr remote = {};
  uint16_t local_port = 0;  // host order
  uint16_t remote_port = 0;
};

// Brings a sockaddr_in or sockaddr_in6 into that form.
void ReadAddress(const void* address, in6_addr& to, uint16_t& port);

// Asks the kernel by NETLINK_SOCK_DIAG, and where there is none (gVisor, a
// Linux without the module tcp_diag) by /proc/self/net/tcp and tcp6.
class TcpStates {
 public:
  // The state number of that end in the present namespace; kTcpNotShown, or
  // minus errno, when it cannot be known.
  int StateOf(const ConnectionEnd& end);

  // The namespace has changed.
  void Forget();

 private:
  // kUnavailable when there is no sock_diag here.
  int AskNetlink(const ConnectionEnd& end);
  // Whether ENOENT means "no such connection": it is also what a kernel says
  // that has no tcp_diag to ask.
  bool KnowsTcp();
  int LookInProc(const ConnectionEnd& end);

  UniqueFd netlink_;
  bool no_netlink_ = false;
  std::optional<bool> knows_tcp_;  // asked at the first ENOENT
  // Whether /proc lists connections that no socket holds; found out by making
  // one, at the first need.
  std::optional<bool> proc_shows_orphans_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_TCP_STATES_H_
