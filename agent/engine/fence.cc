#include "agent/engine/fence.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <optional>

#include "agent/engine/loopback.h"

namespace sockdrift {
namespace {

constexpr int kTrials = 8;
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
  std::optional<LoopbackListener> listener =
      ListenOnLoopback(OwnAddress(family));
  if (!listener.has_value()) return;
  const LoopbackAddress from = OwnAddress(family);
  int in_time = 0;
  for (int i = 0; i < kTrials; ++i) {
    const UniqueFd client = ConnectTo(*listener, from);
    if (!client.valid() || !RoundTrip()) return;
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
  if (control_.valid()) RoundTrip();
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
