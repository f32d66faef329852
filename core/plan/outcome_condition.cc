#include "core/plan/outcome_condition.h"

#include <algorithm>
#include <string>

#include "absl/strings/string_view.h"

namespace sockdrift {

bool IsMet(const OutcomeCondition& condition, const Record& record,
           uint32_t cell) {
  const absl::string_view outcome = record.Outcome(condition.observation, cell);
  const bool among =
      std::any_of(condition.outcomes.begin(), condition.outcomes.end(),
                  [&](const std::string& one) { return outcome == one; });
  return among != condition.negated;
}

bool AllMet(const std::vector<OutcomeCondition>& conditions,
            const Record& record, uint32_t cell) {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const OutcomeCondition& condition) {
                       return IsMet(condition, record, cell);
                     });
}

}  // namespace sockdrift
