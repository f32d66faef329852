#include "agent/engine/fence.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <optional>

#include "agent/engine/loopback.h"

namespace sockdrift {
namespace {

constexpr int kTrials = 8;
// SYN, SYN and ACK, ACK: how many packets one packet can bring forth in turn.
constexpr int kAnswers = 3;
// A lost fence packet (a full receive buffer) must not hang the probe.
constexpr timeval kLost = {1, 0};

}  // namespace

LoopbackAddress Fence::OwnAddress(int family) {
  const uint16_t port = ports_.Take(PortClass::kAny);
  if (port != 0) held_.push_back(port);
  return LoopbackAddress(family, port);
}

UniqueFd Fence::ControlSocket(int family) {
  LoopbackAddress address = OwnAddress(family);
  UniqueFd fd = BoundSocket(SOCK_DGRAM, address);
  if (!fd.valid() || ::connect(fd.get(), &address.any, address.size) != 0 ||
      ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kLost, sizeof kLost) !=
          0) {
    return UniqueFd();
  }
  return fd;
}

void Fence::Prepare() {
  prepared_ = true;
  if (!calibrated_) bound_ms_ = kAsynchronousMs;
  for (int family : {AF_INET, AF_INET6}) {
    control_ = ControlSocket(family);
    if (!control_.valid()) continue;
    // That is the stack's way, whatever the namespace.
    if (!calibrated_) Calibrate(family);
    return;
  }
}

Fence::Trip Fence::RoundTrip() {
  const uint32_t wanted = ++number_;
  if (::send(control_.get(), &wanted, sizeof wanted, MSG_NOSIGNAL) < 0) {
    return Trip::kLost;
  }
  uint32_t got = 0;
  Trip trip = Trip::kAtOnce;
  int flags = MSG_DONTWAIT;
  for (;;) {
    const ssize_t size = ::recv(control_.get(), &got, sizeof got, flags);
    if (size == sizeof got && got == wanted) return trip;
    if (size == sizeof got) continue;
    if (flags == 0) return Trip::kLost;
    flags = 0;
    trip = Trip::kLater;
  }
}

void Fence::Calibrate(int family) {
  std::optional<LoopbackListener> listener =
      ListenOnLoopback(OwnAddress(family));
  if (!listener.has_value()) return;
  const LoopbackAddress from = OwnAddress(family);
  int in_time = 0;
  for (int i = 0; i < kTrials; ++i) {
    const UniqueFd client = ConnectTo(*listener, from);
    if (!client.valid() || RoundTrip() == Trip::kLost) return;
    pollfd ready = {listener->fd.get(), POLLIN, 0};
    if (::poll(&ready, 1, 0) == 1) ++in_time;
    AcceptFrom(*listener);
  }
  calibrated_ = true;
  if (in_time == kTrials) bound_ms_ = 0;
}

void Fence::Pass() {
  if (!sent_) return;
  sent_ = false;
  if (!prepared_) Prepare();
  if (!control_.valid() || RoundTrip() != Trip::kLater) return;
  // The CPU was busy and delivers from its queue. What arrived before the fence
  // may have been answered behind it.
  for (int i = 0; i < kAnswers; ++i) RoundTrip();
}

int Fence::bound_ms() {
  if (!prepared_) Prepare();
  return bound_ms_;
}

void Fence::Forget() {
  prepared_ = false;
  control_.reset();
  for (uint16_t port : held_) ports_.GiveBack(port);
  held_.clear();
}

}  // namespace sockdrift
