#include "agent/engine/stacks.h"

#include <netinet/in.h>

#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

bool IsLoopback(const in6_addr& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) return address.s6_addr[12] == 127;
  return IN6_IS_ADDR_LOOPBACK(&address);
}

}  // namespace

absl::Status Stacks::Enter(size_t host) {
  if (host == present_ || states_.size() == 1) return absl::OkStatus();
  SOCKDRIFT_RETURN_IF_ERROR(world_.UseHost(host));
  present_ = static_cast<uint8_t>(host);
  return absl::OkStatus();
}

absl::StatusOr<int> Stacks::StateIn(size_t host, const ConnectionEnd& end) {
  // A netlink socket, and /proc, show the stack in which they are opened.
  SOCKDRIFT_RETURN_IF_ERROR(Enter(host));
  return states_[host].StateOf(end);
}

absl::StatusOr<int> Stacks::StateOf(const ConnectionEnd& end, size_t home) {
  SOCKDRIFT_ASSIGN_OR_RETURN(int state, StateIn(home, end));
  if (IsLoopback(end.local)) return state;
  for (size_t i = 0; i < states_.size() && state == kTcpClosed; ++i) {
    if (i == home) continue;
    SOCKDRIFT_ASSIGN_OR_RETURN(state, StateIn(i, end));
  }
  return state;
}

void Stacks::Forget() {
  present_ = 0;
  CloseQuestions();
}

void Stacks::CloseQuestions() {
  for (TcpStates& states : states_) states.Forget();
}

}  // namespace sockdrift
