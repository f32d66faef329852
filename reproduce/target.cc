#include "reproduce/target.h"

#include <netinet/in.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace sockdrift {
namespace {

absl::Status NoTarget(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no address with a port"));
}

bool ReadPort(absl::string_view text, const Program& program, Target& target) {
  if (absl::ConsumePrefix(&text, "port(") && absl::ConsumeSuffix(&text, ")")) {
    target.port_kind = PortKind::kSocket;
    target.port = std::string(text);
    return true;
  }
  const auto named =
      std::find_if(program.ports.begin(), program.ports.end(),
                   [text](const PortName& one) { return one.name == text; });
  if (named != program.ports.end()) {
    const bool one = named->first == named->last;
    target.port_kind = one ? PortKind::kNumber : PortKind::kPool;
    target.port = one ? absl::StrCat(named->first) : named->name;
    return true;
  }
  target.port_kind = !text.empty() && absl::ascii_isdigit(text[0])
                         ? PortKind::kNumber
                         : PortKind::kSymbol;
  target.port = std::string(text);
  return !text.empty();
}

}  // namespace

int Target::size() const {
  return IsIpv6Text(address) ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

absl::StatusOr<Target> ParseTarget(absl::string_view endpoint,
                                   const Program& program) {
  Target target;
  if (endpoint == "unspec") {
    target.family = Target::Family::kUnspec;
    return target;
  }
  const size_t colon = endpoint.rfind(':');
  if (colon == absl::string_view::npos) return NoTarget(endpoint);
  absl::string_view host = endpoint.substr(0, colon);
  const bool unspecified = absl::ConsumePrefix(&host, "unspec(");
  if (unspecified) absl::ConsumeSuffix(&host, ")");
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  const size_t percent = host.find('%');
  target.address = std::string(host.substr(0, percent));
  if (percent != absl::string_view::npos) {
    target.zone = std::string(host.substr(percent + 1));
  }
  target.family = unspecified                  ? Target::Family::kUnspec
                  : IsIpv6Text(target.address) ? Target::Family::kInet6
                                               : Target::Family::kInet;
  if (target.address.empty() ||
      !ReadPort(endpoint.substr(colon + 1), program, target)) {
    return NoTarget(endpoint);
  }
  return target;
}

absl::StatusOr<Target> ParseListTarget(absl::string_view text,
                                       const Program& program) {
  Target target;
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos ||
      !ReadPort(text.substr(colon + 1), program, target)) {
    return NoTarget(text);
  }
  target.address = std::string(text.substr(0, colon));
  return target;
}

}  // namespace sockdrift
