#include "agent/engine/loopback.h"

#include <poll.h>
#include <sys/time.h>

#include <cerrno>
#include <utility>

namespace sockdrift {
namespace {

constexpr int kBacklog = 8;
constexpr timeval kSecond = {1, 0};

void EndByReset(const UniqueFd& fd, bool on) {
  const linger how = {on ? 1 : 0, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &how, sizeof how);
}

}  // namespace

LoopbackAddress::LoopbackAddress(int family, uint16_t port) {
  if (family == AF_INET) {
    ipv4 = {};
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(port);
    ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    size = sizeof ipv4;
  } else {
    ipv6 = {};
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(port);
    ipv6.sin6_addr = IN6ADDR_LOOPBACK_INIT;
    size = sizeof ipv6;
  }
}

UniqueFd BoundSocket(int type, LoopbackAddress& address) {
  UniqueFd fd(::socket(address.any.sa_family, type | SOCK_CLOEXEC, 0));
  if (!fd.valid() || ::bind(fd.get(), &address.any, address.size) != 0 ||
      ::getsockname(fd.get(), &address.any, &address.size) != 0) {
    return UniqueFd();
  }
  return fd;
}

bool IsHeld(uint16_t port) {
  for (const int family : {AF_INET, AF_INET6}) {
    LoopbackAddress every(family, port);
    if (family == AF_INET) {
      every.ipv4.sin_addr.s_addr = htonl(INADDR_ANY);
    } else {
      every.ipv6.sin6_addr = in6addr_any;
    }
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
      if (!BoundSocket(type, every).valid() && errno == EADDRINUSE) return true;
    }
  }
  return false;
}

std::optional<LoopbackListener> ListenOnLoopback(LoopbackAddress address) {
  UniqueFd fd = BoundSocket(SOCK_STREAM, address);
  if (!fd.valid() || ::listen(fd.get(), kBacklog) != 0) return std::nullopt;
  return LoopbackListener{std::move(fd), address};
}

UniqueFd ConnectTo(const LoopbackListener& listener, LoopbackAddress from) {
  const LoopbackAddress& to = listener.address;
  UniqueFd fd = BoundSocket(SOCK_STREAM, from);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &kSecond, sizeof kSecond);
  EndByReset(fd, true);
  if (!fd.valid() || ::connect(fd.get(), &to.any, to.size) != 0) {
    return UniqueFd();
  }
  return fd;
}

UniqueFd AcceptFrom(const LoopbackListener& listener) {
  pollfd ready = {listener.fd.get(), POLLIN, 0};
  if (::poll(&ready, 1, static_cast<int>(kSecond.tv_sec) * 1000) != 1) {
    return UniqueFd();
  }
  UniqueFd fd(::accept4(listener.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (fd.valid()) EndByReset(fd, true);
  return fd;
}

std::optional<LoopbackPair> ConnectOverLoopback(int family) {
  const std::optional<LoopbackListener> listener =
      ListenOnLoopback(LoopbackAddress(family));
  if (!listener.has_value()) return std::nullopt;
  LoopbackPair pair;
  pair.connected = ConnectTo(*listener, LoopbackAddress(family));
  pair.accepted = AcceptFrom(*listener);
  if (!pair.connected.valid() || !pair.accepted.valid()) return std::nullopt;
  EndByReset(pair.accepted, false);
  return pair;
}

}  // namespace sockdrift
