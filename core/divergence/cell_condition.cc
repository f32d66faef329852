#include "core/divergence/cell_condition.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

namespace sockdrift {
namespace {

struct ParsedAddress {
  bool ipv6 = false;
  std::optional<uint32_t> ipv4;  // in host order, of a mapped address too
  in6_addr address = {};
};

std::optional<ParsedAddress> Parse(absl::string_view text) {
  const std::string address(text.substr(0, text.find('%')));
  ParsedAddress parsed;
  in_addr ipv4;
  if (inet_pton(AF_INET, address.c_str(), &ipv4) == 1) {
    parsed.ipv4 = ntohl(ipv4.s_addr);
    return parsed;
  }
  parsed.ipv6 = true;
  if (inet_pton(AF_INET6, address.c_str(), &parsed.address) != 1) {
    return std::nullopt;
  }
  if (IN6_IS_ADDR_V4MAPPED(&parsed.address)) {
    uint32_t inner = 0;
    for (int i = 12; i < 16; ++i) {
      inner = (inner << 8) | parsed.address.s6_addr[i];
    }
    parsed.ipv4 = inner;
  }
  return parsed;
}

absl::string_view ScopeOf(const ParsedAddress& parsed) {
  if (parsed.ipv4.has_value()) {
    const uint32_t address = *parsed.ipv4;
    if (address == INADDR_ANY) return "any";
    if (address == INADDR_BROADCAST) return "broadcast";
    if ((address >> 24) == 127) return "loopback";
    if ((address >> 28) == 14) return "multicast";
    if ((address >> 16) == 0xa9fe) return "link";
    return "global";
  }
  if (IN6_IS_ADDR_UNSPECIFIED(&parsed.address)) return "any";
  if (IN6_IS_ADDR_LOOPBACK(&parsed.address)) return "loopback";
  if (IN6_IS_ADDR_MULTICAST(&parsed.address)) return "multicast";
  if (IN6_IS_ADDR_LINKLOCAL(&parsed.address)) return "link";
  return "global";
}

}  // namespace

absl::string_view AddressFieldName(AddressField field) {
  switch (field) {
    case AddressField::kFamily:
      return "family";
    case AddressField::kIp:
      return "ip";
    case AddressField::kScope:
      return "scope";
  }
  return "unknown";
}

std::optional<absl::string_view> FieldOfAddress(absl::string_view address,
                                                AddressField field) {
  const std::optional<ParsedAddress> parsed = Parse(address);
  if (!parsed.has_value()) return std::nullopt;
  switch (field) {
    case AddressField::kFamily:
      return parsed->ipv6 ? "inet6" : "inet";
    case AddressField::kIp:
      return parsed->ipv4.has_value() ? "4" : "6";
    case AddressField::kScope:
      return ScopeOf(*parsed);
  }
  return std::nullopt;
}

bool Holds(const CellCondition& condition, const Program& program,
           absl::Span<const uint16_t> coordinate) {
  using Relation = CellCondition::Relation;
  const absl::string_view value =
      program.axes[condition.axis].values[coordinate[condition.axis]];
  if (condition.relation == Relation::kSame ||
      condition.relation == Relation::kDifferent) {
    const absl::string_view other =
        program.axes[condition.other].values[coordinate[condition.other]];
    return (value == other) == (condition.relation == Relation::kSame);
  }
  std::optional<absl::string_view> tested = value;
  if (condition.field.has_value()) {
    tested = FieldOfAddress(value, *condition.field);
  }
  const bool among =
      tested.has_value() &&
      std::any_of(condition.values.begin(), condition.values.end(),
                  [&](const std::string& one) { return *tested == one; });
  return among == (condition.relation == Relation::kIn);
}

bool AllHold(const std::vector<CellCondition>& conditions,
             const Program& program, absl::Span<const uint16_t> coordinate) {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const CellCondition& condition) {
                       return Holds(condition, program, coordinate);
                     });
}

}  // namespace sockdrift
