// Proof that what was sent has been delivered, so that "nothing came" is known
// and not guessed after a sleep. A packet to itself on a control socket takes
// the same queue (loopback's backlog of one CPU) behind everything sent before
// it: when it is back, the rest has arrived.
#ifndef SOCKDRIFT_AGENT_ENGINE_FENCE_H_
#define SOCKDRIFT_AGENT_ENGINE_FENCE_H_

#include <cstdint>

#include "agent/os/unique_fd.h"

namespace sockdrift {

class Fence {
 public:
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
  void Calibrate(int family);
  bool RoundTrip();

  bool prepared_ = false;
  bool sent_ = false;
  int bound_ms_ = 0;
  uint32_t number_ = 0;
  UniqueFd control_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_FENCE_H_
