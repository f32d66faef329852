#include "tests/catalogue/implication.h"

#include <algorithm>
#include <string>
#include <vector>

namespace sockdrift::testing {
namespace {

bool Contains(const std::vector<std::string>& outcomes,
              const std::string& outcome) {
  return std::find(outcomes.begin(), outcomes.end(), outcome) != outcomes.end();
}

bool Subset(const std::vector<std::string>& inner,
            const std::vector<std::string>& outer) {
  return std::all_of(inner.begin(), inner.end(), [&](const std::string& one) {
    return Contains(outer, one);
  });
}

// Every outcome that meets `tight` meets `loose`.
bool Tighter(const OutcomeCondition& tight, const OutcomeCondition& loose) {
  if (tight.observation != loose.observation) return false;
  if (!tight.negated && !loose.negated) {
    return Subset(tight.outcomes, loose.outcomes);
  }
  if (tight.negated && loose.negated) {
    return Subset(loose.outcomes, tight.outcomes);
  }
  // "Not x" leaves outcomes that no list names.
  if (tight.negated) return false;
  return std::none_of(
      tight.outcomes.begin(), tight.outcomes.end(),
      [&](const std::string& one) { return Contains(loose.outcomes, one); });
}

// Wherever all of `narrow` hold, all of `wide` do.
bool HoldsMoreOften(const std::vector<OutcomeCondition>& wide,
                    const std::vector<OutcomeCondition>& narrow) {
  return std::all_of(wide.begin(), wide.end(),
                     [&](const OutcomeCondition& condition) {
                       return std::any_of(narrow.begin(), narrow.end(),
                                          [&](const OutcomeCondition& known) {
                                            return Tighter(known, condition);
                                          });
                     });
}

bool Same(const FactCondition& a, const FactCondition& b) {
  return a.fact == b.fact && a.relation == b.relation && a.value == b.value;
}

// Every host that `narrow` speaks of is one that `wide` speaks of.
bool OnMoreHosts(const Expectation& wide, const Expectation& narrow) {
  return std::all_of(
      wide.given.begin(), wide.given.end(),
      [&](const FactCondition& condition) {
        return std::any_of(
            narrow.given.begin(), narrow.given.end(),
            [&](const FactCondition& known) { return Same(known, condition); });
      });
}

bool Constrains(const Check& check, uint32_t cell, const Check& weak,
                const OutcomeCondition& loose) {
  return std::binary_search(check.cells.begin(), check.cells.end(), cell) &&
         HoldsMoreOften(check.where, weak.where) &&
         std::any_of(check.expected.begin(), check.expected.end(),
                     [&](const OutcomeCondition& tight) {
                       return Tighter(tight, loose);
                     });
}

}  // namespace

bool Implies(const Expectation& strong, const Expectation& weak) {
  if (!OnMoreHosts(strong, weak)) return false;
  for (const Check& check : weak.checks) {
    for (const OutcomeCondition& loose : check.expected) {
      for (uint32_t cell : check.cells) {
        const bool constrained = std::any_of(
            strong.checks.begin(), strong.checks.end(), [&](const Check& one) {
              return Constrains(one, cell, check, loose);
            });
        if (!constrained) return false;
      }
    }
  }
  return true;
}

}  // namespace sockdrift::testing
