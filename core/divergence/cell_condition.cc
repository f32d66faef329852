#include "core/divergence/cell_condition.h"

#include <algorithm>

#include "core/net/ip_address.h"

namespace sockdrift {

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
  const std::optional<IpAddress> parsed = ParseIpAddress(address);
  if (!parsed.has_value()) return std::nullopt;
  switch (field) {
    case AddressField::kFamily:
      return parsed->family();
    case AddressField::kIp:
      return parsed->ip();
    case AddressField::kScope:
      return parsed->scope;
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
