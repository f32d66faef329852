// Conditions on axes, as `except:`, `when:` and `where:` write them:
// {axis: value, axis.field: [a, b], axis: {not: c}, axis: $other.axis}.
#ifndef SOCKDRIFT_COMPILER_CONDITION_H_
#define SOCKDRIFT_COMPILER_CONDITION_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "compiler/axes.h"
#include "compiler/report.h"
#include "compiler/yaml_tree.h"
#include "core/plan/program.h"

namespace sockdrift {

// One "axis: …" of a map.
struct AxisCondition {
  AxisReference reference;
  // By value of the axis: whether it is one of the values given as texts.
  std::vector<bool> among;
  // Holds too where the value equals that of one of these.
  std::vector<AxisReference> equals;
  bool negated = false;

  bool Holds(absl::Span<const uint16_t> coordinate,
             const AxisTable& axes) const;
};

struct Condition {
  std::vector<AxisCondition> all;  // all must hold

  bool Holds(absl::Span<const uint16_t> coordinate,
             const AxisTable& axes) const;
  // As guards; nullopt, reported at `where`, where a condition compares two
  // axes. Guards that no value meets are reported as well.
  std::optional<std::vector<Guard>> AsGuards(const AxisTable& axes,
                                             const YamlNode& where,
                                             Report& report) const;
};

// Told of each entry that is not about an axis (an observation); false where
// it is unknown there too.
using OtherEntry =
    std::function<bool(const YamlNode& key, const YamlNode& value)>;

// Reads one map. Nullopt where something was reported.
std::optional<Condition> ReadCondition(const YamlNode& map,
                                       const AxisTable& axes, Report& report,
                                       const OtherEntry& other = nullptr);

// "x", [x, y] and {not: …} of them: the texts and whether they are negated.
struct Alternatives {
  std::vector<const YamlNode*> texts;
  bool negated = false;
};
Alternatives ReadAlternatives(const YamlNode& node, Report& report);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_CONDITION_H_
