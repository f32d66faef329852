// What a socket says of its own address and its peer's.
#include <arpa/inet.h>
#include <netinet/in.h>

#include "agent/engine/step_table.h"

namespace sockdrift {
namespace {

using NameCall = int (SocketCalls::*)(int, void*, socklen_t*);

StepEnd RunName(Machine& machine, Cell& cell, const DenseStep& step,
                Outcome& outcome, NameCall call) {
  const uint16_t* at = cell.coordinate.data();
  const CellSocket& socket = *cell.SocketAt(step.At(FieldId::kOf, at));
  const int64_t show = step.At(FieldId::kShow, at);
  sockaddr_in6 address = {};
  socklen_t size = sizeof address;
  const int64_t told = step.At(FieldId::kSockaddrLength, at);
  if (told != kUnset && told < static_cast<int64_t>(sizeof address)) {
    size = static_cast<socklen_t>(told);
  }
  const int result = (machine.calls.*call)(socket.fd, &address, &size);
  outcome = result < 0 ? Outcome::OfResult(result)
                       : ShowAddress(machine, cell,
                                     show == kUnset ? Show::kAll
                                                    : static_cast<Show>(show),
                                     address, size);
  return StepEnd::kAnswered;
}

}  // namespace

StepEnd RunGetsockname(Machine& machine, Cell& cell, const DenseStep& step,
                       Outcome& outcome) {
  return RunName(machine, cell, step, outcome, &SocketCalls::Getsockname);
}

StepEnd RunGetpeername(Machine& machine, Cell& cell, const DenseStep& step,
                       Outcome& outcome) {
  return RunName(machine, cell, step, outcome, &SocketCalls::Getpeername);
}

}  // namespace sockdrift
