#include "agent/engine/fence.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <utility>

namespace sockdrift {
namespace {

constexpr int kTrials = 8;
// A lost fence packet (a full receive buffer) must not hang the probe.
constexpr timeval kLost = {1, 0};

struct LoopbackAddress {
  union {
    sockaddr_in ipv4;
    sockaddr_in6 ipv6;
    sockaddr any;
  };
  socklen_t size;

  explicit LoopbackAddress(int family) {
    if (family == AF_INET) {
      ipv4 = {};
      ipv4.sin_family = AF_INET;
      ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      size = sizeof ipv4;
    } else {
      ipv6 = {};
      ipv6.sin6_family = AF_INET6;
      ipv6.sin6_addr = IN6ADDR_LOOPBACK_INIT;
      size = sizeof ipv6;
    }
  }
};

// A socket bound to loopback on a port of the kernel's choice, which is written
// to `address`.
UniqueFd BoundSocket(int type, LoopbackAddress& address) {
  UniqueFd fd(::socket(address.any.sa_family, type | SOCK_CLOEXEC, 0));
  if (!fd.valid() || ::bind(fd.get(), &address.any, address.size) != 0 ||
      ::getsockname(fd.get(), &address.any, &address.size) != 0) {
    return UniqueFd();
  }
  return fd;
}

UniqueFd ControlSocket(int family) {
  LoopbackAddress address(family);
  UniqueFd fd = BoundSocket(SOCK_DGRAM, address);
  if (!fd.valid() || ::connect(fd.get(), &address.any, address.size) != 0 ||
      ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kLost, sizeof kLost) !=
          0) {
    return UniqueFd();
  }
  return fd;
}

// Ends a trial connection by RST: no TIME_WAIT stays behind in a world that is
// not ours.
void Reset(UniqueFd fd) {
  const linger now = {1, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace

void Fence::Prepare() {
  prepared_ = true;
  bound_ms_ = kAsynchronousMs;
  for (int family : {AF_INET, AF_INET6}) {
    control_ = ControlSocket(family);
    if (!control_.valid()) continue;
    Calibrate(family);
    return;
  }
}

bool Fence::RoundTrip() {
  const uint32_t wanted = ++number_;
  if (::send(control_.get(), &wanted, sizeof wanted, MSG_NOSIGNAL) < 0) {
    return false;
  }
  uint32_t got = 0;
  while (::recv(control_.get(), &got, sizeof got, 0) == sizeof got) {
    if (got == wanted) return true;
  }
  return false;
}

void Fence::Calibrate(int family) {
  LoopbackAddress address(family);
  const UniqueFd listener = BoundSocket(SOCK_STREAM, address);
  if (!listener.valid() || ::listen(listener.get(), kTrials) != 0) return;
  int in_time = 0;
  for (int i = 0; i < kTrials; ++i) {
    UniqueFd client(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::setsockopt(client.get(), SOL_SOCKET, SO_SNDTIMEO, &kLost, sizeof kLost);
    if (::connect(client.get(), &address.any, address.size) != 0) return;
    if (!RoundTrip()) return;
    pollfd ready = {listener.get(), POLLIN, 0};
    if (::poll(&ready, 1, 0) == 1) ++in_time;
    if (::poll(&ready, 1, static_cast<int>(kLost.tv_sec) * 1000) == 1) {
      Reset(
          UniqueFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)));
    }
    Reset(std::move(client));
  }
  if (in_time == kTrials) bound_ms_ = 0;
}

void Fence::Pass() {
  if (!sent_) return;
  sent_ = false;
  if (!prepared_) Prepare();
  if (control_.valid()) RoundTrip();
}

int Fence::bound_ms() {
  if (!prepared_) Prepare();
  return bound_ms_;
}

void Fence::Forget() {
  prepared_ = false;
  control_.reset();
}

}  // namespace sockdrift
