// Looking names up, and connecting to what was found.
#include <netdb.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/engine/step_table.h"

namespace sockdrift {
namespace {

// "{192.0.2.1,2001:db8::1}"
std::string TextOf(const Machine& machine, const Cell& cell,
                   const std::vector<ListedAddress>& addresses) {
  std::string text = "{";
  for (const ListedAddress& address : addresses) {
    absl::StrAppend(
        &text, text.size() > 1 ? "," : "",
        OutcomeCodes::AddressText(
            ShownOf(machine.assembly, cell, &address.ipv6, address.size),
            false));
  }
  return absl::StrCat(text, "}");
}

bool Shows(const DenseStep& step, const Cell& cell, Show what) {
  return step.At(FieldId::kShow, cell.coordinate.data()) ==
         static_cast<int64_t>(what);
}

std::vector<ListedAddress> Listed(const addrinfo* list) {
  std::vector<ListedAddress> addresses;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    ListedAddress address;
    if (one->ai_addrlen > sizeof address.ipv6) continue;
    address.size = one->ai_addrlen;
    std::memcpy(&address.ipv6, one->ai_addr, one->ai_addrlen);
    addresses.push_back(address);
  }
  return addresses;
}

// Makes a socket for the address and connects it. StepEnd::kAnswered with an
// outcome of ok: the cell has it.
StepEnd Try(Machine& machine, Cell& cell, const DenseStep& step,
            const ListedAddress& address, Outcome& outcome) {
  const int type =
      static_cast<int>(step.At(FieldId::kType, cell.coordinate.data()));
  const int family = address.ipv6.sin6_family;
  CellSocket attempt;
  attempt.fd = machine.calls.Socket(family, type | SOCK_CLOEXEC, 0);
  if (attempt.fd == -EMFILE || attempt.fd == -ENFILE) {
    return machine.Break("the prober ran out of descriptors");
  }
  outcome = Outcome::OfResult(attempt.fd);
  if (attempt.fd < 0) return StepEnd::kAnswered;
  if (type == SOCK_STREAM) BoundSends(machine, attempt, BoundOf(step, cell));
  const int result =
      machine.calls.Connect(attempt.fd, &address.ipv6, address.size);
  machine.fence.Sent();
  outcome = Outcome::OfResult(result);
  // What SO_SNDTIMEO makes of a connect that is still under way.
  if (result == -EINPROGRESS) outcome = Outcome::Of(Word::kTimeout);
  if (result < 0) {
    machine.calls.Close(attempt.fd);
    return StepEnd::kAnswered;
  }
  CellSocket& socket = Adopt(machine, cell, step, attempt.fd, family, type);
  socket.send_bound_ms = attempt.send_bound_ms;
  if (machine.assembly.faced[socket.slot]) {
    ConnectionEnd end;
    EndOf(machine, socket, end);
  }
  return StepEnd::kAnswered;
}

}  // namespace

StepEnd RunResolve(Machine& machine, Cell& cell, const DenseStep& step,
                   Outcome& outcome) {
  const uint16_t* at = cell.coordinate.data();
  const int64_t family = step.At(FieldId::kFamily, at);
  const int64_t flags = step.At(FieldId::kFlags, at);
  addrinfo hints = {};
  hints.ai_family = family == kUnset ? AF_UNSPEC : static_cast<int>(family);
  hints.ai_flags = flags == kUnset ? 0 : static_cast<int>(flags);
  // Of any type each address would be listed several times.
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int error = machine.calls.Getaddrinfo(
      machine.assembly.texts[step.At(FieldId::kName, at)].c_str(), &hints,
      &list);
  const int64_t slot = step.At(FieldId::kAs, at);
  if (error != 0) {
    outcome = error < 0 && error != EAI_SYSTEM ? Outcome::OfLookup(error)
                                               : Outcome::OfResult(-errno);
    return StepEnd::kAnswered;
  }
  std::vector<ListedAddress> addresses = Listed(list);
  ::freeaddrinfo(list);
  outcome = Shows(step, cell, Show::kList)
                ? machine.codes.OfText(TextOf(machine, cell, addresses))
                : Outcome::Ok();
  if (slot != kUnset) {
    cell.lists.push_back({static_cast<int>(slot), std::move(addresses)});
  }
  return StepEnd::kAnswered;
}

StepEnd RunDial(Machine& machine, Cell& cell, const DenseStep& step,
                Outcome& outcome) {
  const uint16_t* at = cell.coordinate.data();
  ResolvedEndpoint to;
  const StepEnd filled = ResolveTo(machine, cell, step, to);
  if (filled != StepEnd::kAnswered) return filled;
  const CellList* list = cell.ListAt(to.endpoint.list);
  if (list == nullptr) return StepEnd::kNotReached;
  const bool first_only = step.At(FieldId::kTry, at) == 0;
  for (ListedAddress address : list->addresses) {
    address.ipv6.sin6_port = to.endpoint.ipv6.sin6_port;
    const StepEnd end = Try(machine, cell, step, address, outcome);
    if (end != StepEnd::kAnswered) return end;
    if (outcome.kind != OutcomeKind::kOk) {
      if (first_only) break;
      continue;
    }
    if (Shows(step, cell, Show::kAddress)) {
      outcome = ShowAddress(machine, cell, Show::kAddress, address.ipv6,
                            address.size);
    }
    break;
  }
  return StepEnd::kAnswered;
}

}  // namespace sockdrift
