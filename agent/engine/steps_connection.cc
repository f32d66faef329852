// Connecting and accepting.
#include <poll.h>

#include <cerrno>

#include "agent/engine/step_table.h"

namespace sockdrift {
namespace {

// Notes the connection of a socket that some `facing` names.
void Remember(Machine& machine, CellSocket& socket) {
  if (!machine.assembly.faced[socket.slot]) return;
  ConnectionEnd end;
  EndOf(machine, socket, end);
}

// The same while it is not established: the kernel tells no peer yet.
void RememberAttempt(Machine& machine, CellSocket& socket,
                     const ResolvedEndpoint& to) {
  if (!machine.assembly.faced[socket.slot]) return;
  sockaddr_in6 local = {};
  socklen_t size = sizeof local;
  if (machine.calls.Getsockname(socket.fd, &local, &size) < 0) return;
  ReadAddress(&local, socket.end.local, socket.end.local_port);
  ReadAddress(to.endpoint.bytes, socket.end.remote, socket.end.remote_port);
  socket.end_known = true;
}

}  // namespace

StepEnd RunConnect(Machine& machine, Cell& cell, const DenseStep& step,
                   Outcome& outcome) {
  const uint16_t* at = cell.coordinate.data();
  ResolvedEndpoint to;
  const StepEnd end = ResolveTo(machine, cell, step, to);
  if (end != StepEnd::kAnswered) return end;
  CellSocket& socket = *cell.SocketAt(step.At(FieldId::kOf, at));
  const bool waits = step.At(FieldId::kWait, at) != 1;
  if (!waits) {
    machine.calls.SetNonblocking(socket.fd, true);
  } else if (socket.type == SOCK_STREAM) {
    BoundSends(machine, socket, BoundOf(step, cell));
  }
  const int result =
      machine.calls.Connect(socket.fd, to.endpoint.bytes, to.size);
  if (!waits) machine.calls.SetNonblocking(socket.fd, false);
  machine.fence.Sent();
  outcome = Outcome::OfResult(result);
  // What SO_SNDTIMEO makes of a connect that is still under way; of a Unix
  // socket whose peer's queue stays full, EAGAIN.
  if (waits && socket.type == SOCK_STREAM &&
      (result == -EINPROGRESS || result == -EAGAIN)) {
    outcome = Outcome::Of(Word::kTimeout);
  }
  if (result >= 0) Remember(machine, socket);
  if (result == -EINPROGRESS) RememberAttempt(machine, socket, to);
  return StepEnd::kAnswered;
}

StepEnd RunAccept(Machine& machine, Cell& cell, const DenseStep& step,
                  Outcome& outcome) {
  const uint16_t* at = cell.coordinate.data();
  const CellSocket listener = *cell.SocketAt(step.At(FieldId::kOf, at));
  // A datagram socket never becomes ready for what it cannot do.
  if (listener.type == SOCK_STREAM &&
      !AwaitReady(machine, cell, step, listener.fd, POLLIN)) {
    outcome = Outcome::Of(Word::kNothing);
    return StepEnd::kAnswered;
  }
  const int fd = machine.calls.Accept(listener.fd);
  if (fd == -EMFILE || fd == -ENFILE) {
    return machine.Break("the prober ran out of descriptors");
  }
  outcome = Outcome::OfResult(fd);
  if (fd < 0) return StepEnd::kAnswered;
  CellSocket& accepted =
      Adopt(machine, cell, step, fd, listener.family, listener.type);
  accepted.host = listener.host;
  Remember(machine, accepted);
  return StepEnd::kAnswered;
}

}  // namespace sockdrift
