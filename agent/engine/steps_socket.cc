// Making a socket and what is done to it before it has a peer.
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "agent/engine/option_value.h"
#include "agent/engine/step_table.h"

namespace sockdrift {
namespace {

bool IsLinkNumber(const OptionSpec& option) {
  return option.kind == OptionKind::kLink ||
         option.kind == OptionKind::kLinkNetworkOrder;
}

// Numbers of links are not the same in every namespace; names are.
std::string LinkText(Machine& machine, const CellSocket& socket, int number) {
  if (number == 0) return "none";
  const std::string name = machine.calls.LinkName(socket.fd, number);
  return name.empty() ? "other" : name;
}

}  // namespace

StepEnd RunSocket(Machine& machine, Cell& cell, const DenseStep& step,
                  Outcome& outcome) {
  const uint16_t* at = cell.coordinate.data();
  const int family = static_cast<int>(step.At(FieldId::kFamily, at));
  const int type = static_cast<int>(step.At(FieldId::kType, at));
  const int64_t protocol = step.At(FieldId::kProtocol, at);
  const int fd =
      machine.calls.Socket(family, type | SOCK_CLOEXEC,
                           protocol == kUnset ? 0 : static_cast<int>(protocol));
  // Our own limit is no answer of the kernel's about sockets.
  if (fd == -EMFILE || fd == -ENFILE) {
    return machine.Break("the prober ran out of descriptors");
  }
  outcome = Outcome::OfResult(fd);
  if (fd >= 0) Adopt(machine, cell, step, fd, family, type);
  return StepEnd::kAnswered;
}

StepEnd RunSetsockopt(Machine& machine, Cell& cell, const DenseStep& step,
                      Outcome& outcome) {
  const uint16_t* at = cell.coordinate.data();
  const CellSocket& socket = *cell.SocketAt(step.At(FieldId::kOf, at));
  const OptionCall& call =
      machine.assembly.options[step.At(FieldId::kName, at)];
  const std::vector<uint8_t>* bytes = &call.bytes;
  std::vector<uint8_t> with_link;
  if (!call.link.empty()) {
    with_link = call.bytes;
    SetLink(LinkNumberFor(machine, socket, call.link), call.option->kind,
            absl::MakeSpan(with_link));
    bytes = &with_link;
  }
  outcome = Outcome::OfResult(
      machine.calls.Setsockopt(socket.fd, call.option->level,
                               call.option->number, bytes->data(), call.size));
  return StepEnd::kAnswered;
}

StepEnd RunGetsockopt(Machine& machine, Cell& cell, const DenseStep& step,
                      Outcome& outcome) {
  const uint16_t* at = cell.coordinate.data();
  const CellSocket& socket = *cell.SocketAt(step.At(FieldId::kOf, at));
  const OptionCall& call =
      machine.assembly.options[step.At(FieldId::kName, at)];
  std::vector<uint8_t> bytes(call.bytes.size());
  socklen_t size = call.size;
  const int result = machine.calls.Getsockopt(
      socket.fd, call.option->level, call.option->number, bytes.data(), &size);
  outcome = Outcome::OfResult(result);
  if (result < 0) return StepEnd::kAnswered;
  bytes.resize(std::min<size_t>(size, bytes.size()));
  outcome = machine.codes.OfText(
      IsLinkNumber(*call.option)
          ? LinkText(machine, socket, LinkIn(bytes, call.option->kind))
          : OptionText(*call.option, bytes));
  return StepEnd::kAnswered;
}

StepEnd RunBind(Machine& machine, Cell& cell, const DenseStep& step,
                Outcome& outcome) {
  ResolvedEndpoint to;
  const StepEnd end = ResolveTo(machine, cell, step, to);
  if (end != StepEnd::kAnswered) return end;
  const CellSocket& socket =
      *cell.SocketAt(step.At(FieldId::kOf, cell.coordinate.data()));
  outcome = Outcome::OfResult(
      machine.calls.Bind(socket.fd, to.endpoint.bytes, to.size));
  return StepEnd::kAnswered;
}

StepEnd RunListen(Machine& machine, Cell& cell, const DenseStep& step,
                  Outcome& outcome) {
  constexpr int kBacklog = 16;
  const uint16_t* at = cell.coordinate.data();
  const CellSocket& socket = *cell.SocketAt(step.At(FieldId::kOf, at));
  const int64_t backlog = step.At(FieldId::kBacklog, at);
  outcome = Outcome::OfResult(machine.calls.Listen(
      socket.fd, backlog == kUnset ? kBacklog : static_cast<int>(backlog)));
  return StepEnd::kAnswered;
}

StepEnd RunShutdown(Machine& machine, Cell& cell, const DenseStep& step,
                    Outcome& outcome) {
  const uint16_t* at = cell.coordinate.data();
  const CellSocket& socket = *cell.SocketAt(step.At(FieldId::kOf, at));
  outcome = Outcome::OfResult(machine.calls.Shutdown(
      socket.fd, static_cast<int>(step.At(FieldId::kHow, at))));
  machine.fence.Sent();
  return StepEnd::kAnswered;
}

StepEnd RunClose(Machine& machine, Cell& cell, const DenseStep& step,
                 Outcome& outcome) {
  const uint16_t* at = cell.coordinate.data();
  const int64_t slot = step.At(FieldId::kOf, at);
  CellSocket& socket = *cell.SocketAt(slot);
  if (step.At(FieldId::kHow, at) == 1) {
    const linger now = {1, 0};
    machine.calls.Setsockopt(socket.fd, SOL_SOCKET, SO_LINGER, &now,
                             sizeof now);
  }
  outcome = Outcome::OfResult(CloseSocket(machine, socket));
  cell.slots[slot] = -1;
  return StepEnd::kAnswered;
}

}  // namespace sockdrift
