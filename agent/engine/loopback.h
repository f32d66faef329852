// Sockets of the engine's own on loopback, beside those of the plan: to prove
// that packets have arrived, and to find out what a kernel shows.
#ifndef SOCKDRIFT_AGENT_ENGINE_LOOPBACK_H_
#define SOCKDRIFT_AGENT_ENGINE_LOOPBACK_H_

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>

#include "agent/os/unique_fd.h"

namespace sockdrift {

struct LoopbackAddress {
  union {
    sockaddr_in ipv4;
    sockaddr_in6 ipv6;
    sockaddr any;
  };
  socklen_t size;

  // 127.0.0.1 or ::1; port 0 lets the kernel choose.
  explicit LoopbackAddress(int family, uint16_t port = 0);
};

// A socket bound to `address`, to which a port of the kernel's choice is
// written. None where the kernel refuses.
UniqueFd BoundSocket(int type, LoopbackAddress& address);

// Whether a socket, or what is left of a connection (TIME_WAIT), keeps others
// from the port.
bool IsHeld(uint16_t port);

struct LoopbackListener {
  UniqueFd fd;
  LoopbackAddress address;
};
std::optional<LoopbackListener> ListenOnLoopback(LoopbackAddress address);

// A connection to the listener from the address, and the listener's end of
// one; both wait a second at most. They end by RST when they are closed: no
// TIME_WAIT stays behind in a world that is not ours.
UniqueFd ConnectTo(const LoopbackListener& listener, LoopbackAddress from);
UniqueFd AcceptFrom(const LoopbackListener& listener);

struct LoopbackPair {
  UniqueFd connected;
  UniqueFd accepted;  // ends by FIN
};
std::optional<LoopbackPair> ConnectOverLoopback(int family);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_LOOPBACK_H_
