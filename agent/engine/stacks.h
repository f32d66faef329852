// The network stacks that a plan's sockets are made in: one, or one a host.
#ifndef SOCKDRIFT_AGENT_ENGINE_STACKS_H_
#define SOCKDRIFT_AGENT_ENGINE_STACKS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/engine/tcp_states.h"
#include "agent/engine/world_control.h"

namespace sockdrift {

class Stacks {
 public:
  // The world outlives it. `count`: of hosts, or 1.
  Stacks(WorldControl& world, size_t count)
      : world_(world), states_(count == 0 ? 1 : count) {}

  // Which of them calls are made in at present.
  uint8_t present() const { return present_; }

  // Makes the calls that follow in that one.
  absl::Status Enter(size_t host);

  // The TCP state of one end of a connection. `home` is the stack that the
  // other end is, or was, in: on loopback both are, over a link either one may
  // hold it. As TcpStates::StateOf.
  absl::StatusOr<int> StateOf(const ConnectionEnd& end, size_t home);

  // Sockets over which states are asked for are not shared with another
  // process.
  void CloseQuestions();
  // The namespaces have changed.
  void Forget();

 private:
  absl::StatusOr<int> StateIn(size_t host, const ConnectionEnd& end);

  WorldControl& world_;
  uint8_t present_ = 0;
  std::vector<TcpStates> states_;  // of each
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_STACKS_H_
