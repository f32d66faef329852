#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/engine/loopback.h"
#include "agent/engine/machine.h"

namespace sockdrift {
namespace {

// The port of a socket, 0 when it has none.
uint16_t PortOfSocket(Machine& machine, const CellSocket& socket) {
  sockaddr_in6 address = {};
  socklen_t size = sizeof address;
  if (machine.calls.Getsockname(socket.fd, &address, &size) < 0) return 0;
  return ntohs(address.sin6_port);
}

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

// A port of the class that nothing holds: what clients of earlier cells were
// given and left in TIME_WAIT is passed over. Where the kernel refuses them
// all, that is for the plan to see.
uint16_t TakeUnheld(PortChooser& ports, PortClass port_class) {
  constexpr int kTries = 16;
  for (int tried = 1;; ++tried) {
    const uint16_t port = ports.Take(port_class);
    if (!ports.IsEphemeral(port) || tried == kTries || !IsHeld(port)) {
      return port;
    }
    ports.GiveBack(port);
  }
}

ABSL_ATTRIBUTE_HOT StepEnd FillPort(Machine& machine, Cell& cell,
                                    Endpoint& endpoint) {
  uint16_t port = 0;
  switch (endpoint.source) {
    case PortSource::kNone:
    case PortSource::kGiven:
      return StepEnd::kAnswered;
    case PortSource::kSymbol: {
      uint16_t& chosen = cell.ports[endpoint.index];
      const PortSymbol& symbol = machine.assembly.ports.symbols[endpoint.index];
      if (chosen == 0) chosen = TakeUnheld(machine.ports, symbol.port_class);
      if (chosen == 0) {
        return machine.Break(absl::StrCat("every port that ", symbol.text,
                                          " could be is taken"));
      }
      port = chosen;
      break;
    }
    case PortSource::kNamed: {
      // Another process cannot know which are taken.
      if (cell.range_port != 0) {
        port = std::exchange(cell.range_port, uint16_t{0});
        break;
      }
      const PortName& named = machine.assembly.ports.named[endpoint.index];
      port = machine.ports.TakeWithin(named.first, named.last);
      if (port == 0) {
        return machine.Break(
            absl::StrCat("every port of ", named.name, " is taken"));
      }
      cell.other_ports.push_back(port);
      break;
    }
    case PortSource::kSocket: {
      const CellSocket* socket = cell.SocketAt(endpoint.index);
      if (socket == nullptr || socket->fd < 0 || socket->failed) {
        return StepEnd::kNotReached;
      }
      port = PortOfSocket(machine, *socket);
      break;
    }
  }
  endpoint.ipv4.sin_port = htons(port);
  return StepEnd::kAnswered;
}

}  // namespace

StepEnd ResolveTo(Machine& machine, Cell& cell, const DenseStep& step,
                  ResolvedEndpoint& to) {
  const uint16_t* coordinate = cell.coordinate.data();
  to.endpoint = machine.assembly.endpoints[step.At(FieldId::kTo, coordinate)];
  to.size = to.endpoint.size;
  const int64_t size = step.At(FieldId::kSockaddrLength, coordinate);
  if (size != kUnset) {
    to.size = static_cast<socklen_t>(size);
    std::memset(to.beyond, 0, sizeof to.beyond);
  }
  if (to.endpoint.link[0] != '\0') {
    const CellSocket& socket =
        *cell.SocketAt(step.At(FieldId::kOf, coordinate));
    to.endpoint.ipv6.sin6_scope_id =
        static_cast<uint32_t>(LinkNumberFor(machine, socket, to.endpoint.link));
  }
  return FillPort(machine, cell, to.endpoint);
}

int LinkNumberFor(Machine& machine, const CellSocket& socket,
                  const std::string& link) {
  constexpr int kNoLink = 0x7fff'fffe;
  const int number = machine.calls.LinkNumber(socket.fd, link.c_str());
  return number > 0 ? number : kNoLink;
}

uint32_t PortLabel(const Assembly& assembly, const Cell& cell, uint16_t port) {
  if (port == 0) return port_label::kZero;
  for (size_t i = 0; i < cell.ports.size(); ++i) {
    if (cell.ports[i] == port) {
      return port_label::kSymbol + static_cast<uint32_t>(i);
    }
  }
  const PortNames& names = assembly.ports;
  for (size_t i = 0; i < names.named.size(); ++i) {
    if (port >= names.named[i].first && port <= names.named[i].last) {
      return port_label::kNamed + static_cast<uint32_t>(i);
    }
  }
  const bool fixed = std::find(names.fixed.begin(), names.fixed.end(), port) !=
                     names.fixed.end();
  return fixed ? port_label::kFixed + port : port_label::kChosen;
}

ShownAddress ShownOf(const Assembly& assembly, const Cell& cell,
                     const void* address, socklen_t size) {
  ShownAddress shown;
  sockaddr_in6 ipv6 = {};
  std::memcpy(&ipv6, address, std::min<size_t>(size, sizeof ipv6));
  if (ipv6.sin6_family == AF_INET) {
    shown.form = ShownAddress::Form::kInet;
    sockaddr_in ipv4;
    std::memcpy(&ipv4, &ipv6, sizeof ipv4);
    std::memcpy(shown.address.data(), &ipv4.sin_addr, 4);
  } else if (ipv6.sin6_family == AF_INET6) {
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&ipv6.sin6_addr);
    shown.form =
        mapped ? ShownAddress::Form::kMapped : ShownAddress::Form::kInet6;
    const size_t skip = mapped ? 12 : 0;
    std::memcpy(shown.address.data(), ipv6.sin6_addr.s6_addr + skip, 16 - skip);
  } else {
    return shown;
  }
  shown.port_label = PortLabel(assembly, cell, ntohs(ipv6.sin6_port));
  return shown;
}

Outcome ShowAddress(Machine& machine, const Cell& cell, Show show,
                    const sockaddr_in6& address, socklen_t size) {
  const ShownAddress shown = ShownOf(machine.assembly, cell, &address, size);
  switch (show) {
    case Show::kSender:
    case Show::kDestination:
    case Show::kResult:
    case Show::kList:
      break;
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

}  // namespace sockdrift
