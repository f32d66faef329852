#include "agent/policy/permit.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/plan/operation.h"

namespace sockdrift {
namespace {

enum class Reach { kLoopback, kWildcard, kOther };

Reach ReachOf4(uint32_t address) {
  if (address >> 24 == 127) return Reach::kLoopback;
  return address == INADDR_ANY ? Reach::kWildcard : Reach::kOther;
}

Reach ReachOf6(const in6_addr& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    uint32_t last = 0;
    std::memcpy(&last, address.s6_addr + 12, sizeof last);
    return ReachOf4(ntohl(last));
  }
  if (IN6_IS_ADDR_LOOPBACK(&address)) return Reach::kLoopback;
  return IN6_IS_ADDR_UNSPECIFIED(&address) ? Reach::kWildcard : Reach::kOther;
}

std::optional<Reach> ParseAddress(absl::string_view text) {
  const std::string address(text.substr(0, text.find('%')));
  in_addr v4 = {};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) {
    return ReachOf4(ntohl(v4.s_addr));
  }
  in6_addr v6 = {};
  if (inet_pton(AF_INET6, address.c_str(), &v6) == 1) return ReachOf6(v6);
  return std::nullopt;
}

// The address of an endpoint, without its port and brackets.
absl::string_view AddressPart(absl::string_view text) {
  if (absl::StartsWith(text, "[")) {
    const size_t end = text.find(']');
    return end == absl::string_view::npos ? text : text.substr(1, end - 1);
  }
  const size_t colon = text.find(':');
  // One colon separates a port; several are an IPv6 address on its own.
  if (colon != absl::string_view::npos &&
      text.find(':', colon + 1) == absl::string_view::npos) {
    return text.substr(0, colon);
  }
  return text;
}

// The first text of the scalar that the rule does not allow.
std::optional<std::string> Forbidden(AddressRule rule, const Scalar& scalar) {
  for (const std::optional<std::string>& text : scalar.texts) {
    if (text.has_value() && !AllowsAddress(rule, *text)) return text;
  }
  return std::nullopt;
}

bool NamesAddress(FieldType type) {
  return type == FieldType::kEndpoint || type == FieldType::kAddress;
}

std::optional<std::string> ForbiddenAddress(AddressRule rule,
                                            const Program& program) {
  for (const Step& step : program.steps) {
    // What a name resolves to is not known before it is looked up.
    if (step.operation == Operation::kResolve) return "a name to resolve";
    for (const Field& field : step.fields) {
      const FieldSpec* spec = FindField(SpecOf(step.operation), field.id);
      if (spec == nullptr || !NamesAddress(spec->type)) continue;
      const std::optional<std::string> text = Forbidden(rule, field.value);
      if (text.has_value()) return text;
    }
  }
  return std::nullopt;
}

absl::string_view RuleName(AddressRule rule) {
  switch (rule) {
    case AddressRule::kLoopback:
      return "loopback";
    case AddressRule::kLocal:
      return "local";
    case AddressRule::kAny:
      return "any";
  }
  return "unknown";
}

}  // namespace

bool AllowsAddress(AddressRule rule, absl::string_view text) {
  if (rule == AddressRule::kAny || text == "unspec") return true;
  const std::optional<Reach> reach = ParseAddress(AddressPart(text));
  if (!reach.has_value()) return false;
  return *reach == Reach::kLoopback ||
         (*reach == Reach::kWildcard && rule == AddressRule::kLocal);
}

std::string WhyNotWorld(const Policy& policy, World world) {
  if (policy.worlds.contains(world)) return "";
  return absl::StrCat("the agent's policy does not allow the world '",
                      WorldName(world),
                      "'; its `worlds` would have to name it");
}

std::string WhyNotRootCgroup(const Policy& policy) {
  if (policy.root_cgroup) return "";
  return "the agent's policy does not move probes out of its cgroup; it would "
         "have to say `root_cgroup: yes`";
}

std::string WhyNotPermitted(const Policy& policy, const Program& program,
                            World world, size_t cells) {
  std::string why = WhyNotWorld(policy, world);
  if (!why.empty()) return why;
  if (cells > policy.max_cells) {
    return absl::StrCat(cells, " cells; the agent's policy allows ",
                        policy.max_cells, " (`max_cells`)");
  }
  if (IsFresh(world) || policy.addresses == AddressRule::kAny) return "";
  const std::optional<std::string> forbidden =
      ForbiddenAddress(policy.addresses, program);
  if (!forbidden.has_value()) return "";
  return absl::StrCat("the plan names ", *forbidden, "; in the world '",
                      WorldName(world), "' the agent's policy allows ",
                      RuleName(policy.addresses),
                      " addresses only (`addresses`)");
}

}  // namespace sockdrift
