#include "agent/engine/endpoint.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kClassNames[kPortClasses] = {
    "any", "low", "ephemeral", "nodeport"};

std::optional<PortClass> ClassOf(absl::string_view symbol) {
  if (symbol.empty() || symbol[0] < 'A' || symbol[0] > 'Z') return std::nullopt;
  absl::string_view kind = symbol.substr(1);
  if (kind.empty()) return PortClass::kAny;
  if (!absl::ConsumePrefix(&kind, ".")) return std::nullopt;
  for (int i = 1; i < kPortClasses; ++i) {
    if (kind == kClassNames[i]) return static_cast<PortClass>(i);
  }
  return std::nullopt;
}

// The port's place is the same in both kinds of address.
void SetPort(Endpoint& endpoint, uint16_t port) {
  endpoint.ipv4.sin_port = htons(port);
}

bool ParsePort(absl::string_view text, PortNames& ports, Endpoint& endpoint,
               absl::FunctionRef<int(absl::string_view)> slot_of) {
  for (size_t i = 0; i < ports.named.size(); ++i) {
    const PortName& named = ports.named[i];
    if (named.name != text) continue;
    endpoint.source =
        named.first == named.last ? PortSource::kGiven : PortSource::kNamed;
    endpoint.index = static_cast<uint16_t>(i);
    if (named.first == named.last) SetPort(endpoint, named.first);
    return true;
  }
  if (absl::ConsumePrefix(&text, "port(")) {
    if (!absl::ConsumeSuffix(&text, ")")) return false;
    endpoint.source = PortSource::kSocket;
    endpoint.index = static_cast<uint16_t>(slot_of(text));
    return true;
  }
  if (const std::optional<PortClass> port_class = ClassOf(text)) {
    auto it = std::find_if(ports.symbols.begin(), ports.symbols.end(),
                           [&](const PortSymbol& s) { return s.text == text; });
    if (it == ports.symbols.end()) {
      it = ports.symbols.insert(it, {std::string(text), *port_class});
    }
    endpoint.source = PortSource::kSymbol;
    endpoint.index = static_cast<uint16_t>(it - ports.symbols.begin());
    return true;
  }
  uint32_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || number > 65535) return false;
  endpoint.source = PortSource::kGiven;
  SetPort(endpoint, static_cast<uint16_t>(number));
  if (number != 0) ports.fixed.push_back(static_cast<uint16_t>(number));
  return true;
}

bool ParseAddress(absl::string_view text, Endpoint& endpoint) {
  const std::string address(text.substr(0, text.find('%')));
  if (inet_pton(AF_INET, address.c_str(), &endpoint.ipv4.sin_addr) == 1) {
    endpoint.ipv4.sin_family = AF_INET;
    endpoint.size = sizeof endpoint.ipv4;
    return true;
  }
  if (inet_pton(AF_INET6, address.c_str(), &endpoint.ipv6.sin6_addr) != 1) {
    return false;
  }
  endpoint.ipv6.sin6_family = AF_INET6;
  endpoint.size = sizeof endpoint.ipv6;
  if (address.size() < text.size()) {
    const absl::string_view zone = text.substr(address.size() + 1);
    uint32_t number = 0;
    if (absl::SimpleAtoi(zone, &number)) {
      endpoint.ipv6.sin6_scope_id = number;
    } else if (!zone.empty() && zone.size() < sizeof endpoint.link) {
      zone.copy(endpoint.link, zone.size());
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

absl::string_view PortClassName(PortClass port_class) {
  return kClassNames[static_cast<int>(port_class)];
}

std::vector<uint16_t> PortNames::OfPlan() const {
  std::vector<uint16_t> ports = fixed;
  for (const PortName& one : named) {
    for (uint32_t port = one.first; port <= one.last; ++port) {
      ports.push_back(static_cast<uint16_t>(port));
    }
  }
  return ports;
}

absl::StatusOr<Endpoint> ParseEndpoint(
    absl::string_view text, PortNames& ports,
    absl::FunctionRef<int(absl::string_view)> slot_of) {
  Endpoint endpoint;
  std::memset(endpoint.bytes, 0, sizeof endpoint.bytes);
  if (text == "unspec") {
    endpoint.size = sizeof endpoint.ipv4;
    return endpoint;
  }
  const size_t colon = text.rfind(':');
  absl::string_view host = text.substr(0, colon);
  const bool unspecified = absl::ConsumePrefix(&host, "unspec(");
  bool good = colon != absl::string_view::npos;
  if (unspecified) {
    good = good && absl::ConsumeSuffix(&host, ")");
  } else if (absl::ConsumePrefix(&host, "[")) {
    good = good && absl::ConsumeSuffix(&host, "]");
  }
  good = good && ParseAddress(host, endpoint) &&
         ParsePort(text.substr(colon + 1), ports, endpoint, slot_of);
  if (!good) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no address with a port"));
  }
  if (unspecified) endpoint.ipv4.sin_family = AF_UNSPEC;
  return endpoint;
}

absl::StatusOr<Endpoint> ParseListPort(
    absl::string_view text, PortNames& ports,
    absl::FunctionRef<int(absl::string_view)> slot_of) {
  Endpoint endpoint;
  std::memset(endpoint.bytes, 0, sizeof endpoint.bytes);
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos ||
      !ParsePort(text.substr(colon + 1), ports, endpoint, slot_of)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no list with a port"));
  }
  endpoint.list = static_cast<int16_t>(slot_of(text.substr(0, colon)));
  return endpoint;
}

absl::StatusOr<Endpoint> ParseBareAddress(absl::string_view text) {
  Endpoint endpoint;
  std::memset(endpoint.bytes, 0, sizeof endpoint.bytes);
  if (ParseAddress(text, endpoint)) return endpoint;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no address"));
}

}  // namespace sockdrift
