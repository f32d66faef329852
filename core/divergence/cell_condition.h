// What a rule says of the cells that it covers: conditions on the axes of a
// program, on fields of the addresses that stand on them, and on pairs of axes.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_CELL_CONDITION_H_
#define SOCKDRIFT_CORE_DIVERGENCE_CELL_CONDITION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/plan/program.h"

namespace sockdrift {

// The fields of an address, as in a plan's `except` and `where`.
enum class AddressField : uint8_t {
  kFamily = 1,  // inet, inet6
  kIp = 2,      // 4 (IPv4 and IPv4-mapped), 6
  kScope = 3,   // any, loopback, link, multicast, broadcast, global
};
// "family", "ip", "scope".
absl::string_view AddressFieldName(AddressField field);
// Nullopt for a text that is no address.
std::optional<absl::string_view> FieldOfAddress(absl::string_view address,
                                                AddressField field);

struct CellCondition {
  enum class Relation : uint8_t {
    kIn,         // the value is one of `values`
    kNotIn,      // the value is none of `values`
    kSame,       // the value is that of the axis `other`
    kDifferent,  // it is not
  };
  uint8_t axis = 0;  // index into Program::axes
  Relation relation = Relation::kIn;
  // kIn and kNotIn: the values are of this field, not of the axis itself.
  std::optional<AddressField> field;
  std::vector<std::string> values;
  uint8_t other = 0;
  friend bool operator==(const CellCondition&, const CellCondition&) = default;
};

bool Holds(const CellCondition& condition, const Program& program,
           absl::Span<const uint16_t> coordinate);
bool AllHold(const std::vector<CellCondition>& conditions,
             const Program& program, absl::Span<const uint16_t> coordinate);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_CELL_CONDITION_H_
