// What a socket says of its own address and its peer's.
#include <arpa/inet.h>
#include <netinet/in.h>

#include "agent/engine/step_table.h"

namespace sockdrift {
namespace {

// The order of FieldSpec::words of `show`.
enum class Show { kAll, kAddress, kPort, kParity, kForm };

absl::string_view FormText(ShownAddress::Form form) {
  switch (form) {
    case ShownAddress::Form::kInet:
      return "inet";
    case ShownAddress::Form::kInet6:
      return "inet6";
    case ShownAddress::Form::kMapped:
      return "v4mapped";
    case ShownAddress::Form::kOther:
      break;
  }
  return "other";
}

Outcome ShowAddress(Machine& machine, const Cell& cell, const DenseStep& step,
                    const sockaddr_in6& address, socklen_t size) {
  const ShownAddress shown = ShownOf(machine.assembly, cell, &address, size);
  const int64_t show = step.At(FieldId::kShow, cell.coordinate.data());
  switch (show == kUnset ? Show::kAll : static_cast<Show>(show)) {
    case Show::kAll:
      return machine.codes.OfAddress(shown);
    case Show::kAddress:
      return machine.codes.OfText(OutcomeCodes::AddressText(shown, false));
    case Show::kPort:
      return machine.codes.OfText(machine.codes.LabelText(shown.port_label));
    case Show::kParity:
      return machine.codes.OfText(ntohs(address.sin6_port) % 2 == 0 ? "even"
                                                                    : "odd");
    case Show::kForm:
      return machine.codes.OfText(FormText(shown.form));
  }
  return Outcome::Of(Word::kOther);
}

using NameCall = int (SocketCalls::*)(int, void*, socklen_t*);

StepEnd RunName(Machine& machine, Cell& cell, const DenseStep& step,
                Outcome& outcome, NameCall call) {
  const uint16_t* at = cell.coordinate.data();
  const CellSocket& socket = *cell.SocketAt(step.At(FieldId::kOf, at));
  sockaddr_in6 address = {};
  socklen_t size = sizeof address;
  const int64_t told = step.At(FieldId::kSockaddrLength, at);
  if (told != kUnset && told < static_cast<int64_t>(sizeof address)) {
    size = static_cast<socklen_t>(told);
  }
  const int result = (machine.calls.*call)(socket.fd, &address, &size);
  outcome = result < 0 ? Outcome::OfResult(result)
                       : ShowAddress(machine, cell, step, address, size);
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
