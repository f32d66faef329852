#include <sys/time.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "agent/engine/machine.h"
#include "agent/engine/processes.h"

namespace sockdrift {

int64_t Now() {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

int64_t BoundOf(const DenseStep& step, const Cell& cell) {
  constexpr int64_t kDefaultMs = 500;
  const int64_t within = step.At(FieldId::kWithin, cell.coordinate.data());
  return within == kUnset ? kDefaultMs : within;
}

CellSocket& Adopt(Machine& machine, Cell& cell, const DenseStep& step, int fd,
                  int family, int type) {
  const int slot =
      static_cast<int>(step.At(FieldId::kAs, cell.coordinate.data()));
  const int index = static_cast<int>(cell.sockets.size());
  CellSocket& socket = cell.sockets.emplace_back();
  socket.fd = fd;
  socket.slot = slot;
  socket.family = family;
  socket.type = type;
  socket.host = machine.stacks.present();
  ++machine.open_sockets;
  // One of that name which a former round made stays open; only its name moves
  // on.
  cell.slots[slot] = index;
  // A round of a sample leaves nothing behind, and so needs no names.
  if (cell.loops.empty() || cell.loops.back().sample) return socket;
  socket.round = static_cast<uint32_t>(cell.loops.back().rounds + 1);
  const std::vector<int>& indexed = machine.assembly.indexed_slots[slot];
  if (socket.round <= indexed.size() && indexed[socket.round - 1] != kNoSlot) {
    cell.slots[indexed[socket.round - 1]] = index;
  }
  return socket;
}

void AdoptPassed(Machine& machine, Cell& cell, const DenseStep& step,
                 const CellSocket& known, int fd) {
  CellSocket& socket = Adopt(machine, cell, step, fd, known.family, known.type);
  const CellSocket fresh = socket;
  socket = known;
  socket.fd = fresh.fd;
  socket.slot = fresh.slot;
  socket.round = fresh.round;
  // Under the new name it has sent nothing.
  socket.sent_its_name = false;
}

int CloseSocket(Machine& machine, CellSocket& socket) {
  const int result = machine.calls.Close(socket.fd);
  socket.fd = -1;
  --machine.open_sockets;
  // A FIN or RST may be on its way.
  machine.fence.Sent();
  return result;
}

void CloseRound(Machine& machine, Cell& cell, size_t first_socket) {
  for (size_t i = first_socket; i < cell.sockets.size(); ++i) {
    if (cell.sockets[i].fd >= 0) CloseSocket(machine, cell.sockets[i]);
  }
  cell.sockets.resize(std::min(first_socket, cell.sockets.size()));
  for (int& slot : cell.slots) {
    if (slot >= static_cast<int>(first_socket)) slot = -1;
  }
}

void Release(Machine& machine, Cell& cell) {
  if (!cell.processes.empty()) EndProcesses(machine, cell);
  for (CellSocket& socket : cell.sockets) {
    if (socket.fd >= 0) CloseSocket(machine, socket);
  }
  for (uint16_t port : cell.ports) {
    if (port != 0) machine.ports.GiveBack(port);
  }
  for (uint16_t port : cell.other_ports) machine.ports.GiveBack(port);
}

void BoundSends(Machine& machine, CellSocket& socket, int64_t bound_ms) {
  if (socket.send_bound_ms == bound_ms) return;
  const timeval bound = {bound_ms / 1000, bound_ms % 1000 * 1000};
  machine.calls.Setsockopt(socket.fd, SOL_SOCKET, SO_SNDTIMEO, &bound,
                           sizeof bound);
  socket.send_bound_ms = bound_ms;
}

bool AwaitReady(Machine& machine, const Cell& cell, const DenseStep& step,
                int fd, short events) {
  short ready = events;
  if (machine.calls.Poll(fd, &ready, 0) != 0) return true;
  machine.fence.Pass();
  const int64_t within = step.At(FieldId::kWithin, cell.coordinate.data());
  const int64_t bound_ms = within == kUnset ? machine.fence.bound_ms() : within;
  ready = events;
  return machine.calls.Poll(fd, &ready, static_cast<int>(bound_ms)) != 0;
}

std::string NameOf(const Assembly& assembly, int slot, uint32_t round) {
  const std::string& name = assembly.slots[slot];
  return round == 0 ? name : absl::StrCat(name, "[", round, "]");
}

std::string NameOf(const Assembly& assembly, const CellSocket& socket) {
  return NameOf(assembly, socket.slot, socket.round);
}

bool EndOf(Machine& machine, CellSocket& socket, ConnectionEnd& end) {
  sockaddr_in6 local = {};
  sockaddr_in6 remote = {};
  socklen_t local_size = sizeof local;
  socklen_t remote_size = sizeof remote;
  if (socket.fd >= 0 &&
      machine.calls.Getsockname(socket.fd, &local, &local_size) >= 0 &&
      machine.calls.Getpeername(socket.fd, &remote, &remote_size) >= 0) {
    ReadAddress(&local, socket.end.local, socket.end.local_port);
    ReadAddress(&remote, socket.end.remote, socket.end.remote_port);
    socket.end_known = true;
  }
  end = socket.end;
  return socket.end_known;
}

}  // namespace sockdrift
