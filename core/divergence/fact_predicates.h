// Conditions on single facts that might separate a group, as sets of hosts.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_FACT_PREDICATES_H_
#define SOCKDRIFT_CORE_DIVERGENCE_FACT_PREDICATES_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "core/divergence/bit_set.h"
#include "core/divergence/fact_table.h"
#include "core/plan/expectation.h"

namespace sockdrift {

struct FactPredicate {
  FactCondition condition;
  // How far it is from deciding a socket call: the fact's Remoteness, and more
  // for a condition that only says whether the fact is known.
  int remoteness = 0;
  BitSet hosts;  // where it holds: the group's hosts first, then the others
  // Conditions on other facts that hold on exactly the same hosts: the least
  // remote of all is `condition`, the others follow in that order.
  std::vector<FactCondition> inseparable;
  size_t covered = 0;     // in the group
  size_t exceptions = 0;  // elsewhere

  // Hosts on the wrong side.
  size_t Errors(size_t group_size) const {
    return group_size - covered + exceptions;
  }
};

// For each column: equality with each value that the group shows, inequality
// with the others' commonest value, and, where all values are versions or
// numbers, the best lower and upper bound. Only what holds more often in the
// group than elsewhere. Of one fact's conditions that hold on the same hosts,
// the plainest; those of several facts are one predicate. In the order of
// names. `group` and `others` are indices of the table's hosts.
std::vector<FactPredicate> MakePredicates(const std::vector<FactColumn>& table,
                                          absl::Span<const size_t> group,
                                          absl::Span<const size_t> others);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_FACT_PREDICATES_H_
