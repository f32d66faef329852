// Proof that what was sent has been delivered, so that "nothing came" is known
// and not guessed after a sleep. A packet to itself on a control socket takes
// the same queue (loopback's backlog of one CPU) behind everything sent before
// it: when it is back, the rest has arrived. The queue is the CPU's, not the
// namespace's: a veth pair to another one feeds the same.
#ifndef SOCKDRIFT_AGENT_ENGINE_FENCE_H_
#define SOCKDRIFT_AGENT_ENGINE_FENCE_H_

#include <cstdint>
#include <vector>

#include "agent/engine/loopback.h"
#include "agent/engine/port_chooser.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {

class Fence {
 public:
  // The fence's own sockets take their numbers from `ports`: one of the
  // kernel's choice would be missing where a plan counts an ephemeral range.
  explicit Fence(PortChooser& ports) : ports_(ports) {}

  // How long an asynchronous stack is given beyond the fence.
  static constexpr int kAsynchronousMs = 20;

  // Something was sent.
  void Sent() { sent_ = true; }

  // Returns when everything sent has been delivered. Makes its sockets at the
  // first use, so that plans that never ask pay nothing. Where no control
  // socket can be had (no loopback), bound_ms() alone stands for it.
  void Pass();

  // How long a poll must wait after Pass() before it may say "nothing": 0 for
  // a stack that delivers while it sends, as Linux does; found out by trying,
  // once.
  int bound_ms();

  // The namespace has changed.
  void Forget();

 private:
  void Prepare();
  // A datagram socket that is connected to itself.
  UniqueFd ControlSocket(int family);
  void Calibrate(int family);
  // When a packet was back: while it was sent, as on a Linux that is not busy,
  // or later.
  enum class Trip : uint8_t { kAtOnce, kLater, kLost };
  Trip RoundTrip();
  // A loopback address with a port that is held until Forget(); 0, the kernel's
  // choice, where none is left.
  LoopbackAddress OwnAddress(int family);

  PortChooser& ports_;
  std::vector<uint16_t> held_;
  bool prepared_ = false;
  bool calibrated_ = false;
  bool sent_ = false;
  int bound_ms_ = 0;
  uint32_t number_ = 0;
  UniqueFd control_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_FENCE_H_
