// What a gate asks for: which cells count and how much, how much data there
// must be, and which divergences are waived until when.
#ifndef SOCKDRIFT_CORE_GATE_GATE_RULES_H_
#define SOCKDRIFT_CORE_GATE_GATE_RULES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/plan/world.h"
#include "core/query/cell_pattern.h"

namespace sockdrift {

enum class Severity {
  kFail,    // a divergence fails the gate
  kWarn,    // it is told
  kIgnore,  // the cells are not looked at, and may be missing
};
// "fail", "warn", "ignore".
absl::string_view SeverityName(Severity severity);

struct SeverityRule {
  CellPattern match;
  std::optional<World> world;  // none: any
  Severity severity = Severity::kFail;
};

// "This divergence is known and accepted, by this owner, until that day."
struct Waiver {
  std::string id;
  CellPattern match;
  std::optional<World> world;  // none: any
  std::string reason;
  std::string owner;
  absl::CivilDay expires;  // the last day (UTC) on which it holds
  int line = 0;            // where it stands in the rules' file

  bool ExpiredAt(absl::Time now) const;
};

// The defaults are those of a gate without a rules file.
struct GateRules {
  std::string name = "gate";
  int min_hosts = 1;            // candidate hosts
  int min_common_percent = 90;  // of the baseline's cells, in every plan
  // Patterns of plans' names; each must be met by a plan that was compared.
  std::vector<std::string> require;
  // The first one that matches a cell decides; what none matches is kFail.
  std::vector<SeverityRule> rules;
  std::vector<Waiver> waivers;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_GATE_GATE_RULES_H_
