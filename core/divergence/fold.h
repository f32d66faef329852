// Folds the cells in which two records differ into rules that a person can
// read.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_FOLD_H_
#define SOCKDRIFT_CORE_DIVERGENCE_FOLD_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "core/divergence/align.h"
#include "core/divergence/cell_condition.h"
#include "core/plan/program.h"

namespace sockdrift {

// "In all cells (that were compared) where `where` holds and none of `except`
// does, this observation's outcome differs, in one of these ways."
struct Rule {
  struct Count {
    OutcomeChange change;
    uint32_t cells = 0;
    friend bool operator==(const Count&, const Count&) = default;
  };

  std::vector<CellCondition> where;  // all hold; empty: every cell
  // Each a conjunction; none of them holds in a cell that the rule covers.
  std::vector<std::vector<CellCondition>> except;
  OutcomeChange change;  // the commonest of `changes`
  // How the observation differs in the covered cells: most cells first. Several
  // where telling them apart would take more rules.
  std::vector<Count> changes;
  uint32_t cells = 0;       // that it covers
  uint32_t of = 0;          // compared cells where `where` holds
  uint32_t added = 0;       // that no rule before it covers
  uint32_t first_cell = 0;  // the lowest number of those covered
  // What differs in later observations of the covered cells: most cells first.
  std::vector<Count> consequences;
  friend bool operator==(const Rule&, const Rule&) = default;
};

// Few rules that together cover exactly the differing cells: every one of them,
// and no other compared cell. There are rules for an observation where it is
// the first that differs in some cell; what only follows from that is among
// their consequences. Rules may overlap. Most cells first; the same comparison
// always gives the same rules. `program` is the left one.
std::vector<Rule> Fold(const Program& program, const Comparison& comparison);

// Whether the rule's conditions hold in a cell.
bool Covers(const Rule& rule, const Program& program,
            absl::Span<const uint16_t> coordinate);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_FOLD_H_
