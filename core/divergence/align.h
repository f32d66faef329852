// Two records of the same plan, cell by cell: which cells can be compared and
// in which of these the outcomes differ.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_ALIGN_H_
#define SOCKDRIFT_CORE_DIVERGENCE_ALIGN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/base/digest.h"
#include "core/behaviour/record.h"
#include "core/plan/program.h"

namespace sockdrift {

// A record with what is needed to read it. A view: it owns nothing.
struct ObservedRecord {
  const Program* program = nullptr;
  Digest measurement;  // of the program
  // Of the program's cells; may be empty where both sides have the same
  // measurement digest.
  absl::Span<const CellId> ids;
  const Record* record = nullptr;  // of the program's shape
  // It states some observations only, as a document does: one that is not
  // observed here is compared with nothing.
  bool partial = false;
};

// One observation's outcome on both sides.
struct OutcomeChange {
  uint16_t observation = 0;  // index into the left program's observations
  std::string from;          // the left one's; empty where not observed
  std::string to;            // the right one's; empty where not observed
  friend auto operator<=>(const OutcomeChange&, const OutcomeChange&) = default;
};

struct DifferingCell {
  uint32_t cell = 0;        // the left program's number
  uint32_t other_cell = 0;  // the right program's
  // Indices into Comparison::changes, in the order of observations: the first
  // one differs without any earlier cause in the cell.
  std::vector<uint32_t> changes;
};

struct Comparison {
  bool same_measurement = false;
  uint32_t common = 0;      // cells that both programs have
  uint32_t only_left = 0;   // cells of the left program alone
  uint32_t only_right = 0;  // cells of the right program alone
  // Of the common cells: DONE on one side only, and on neither.
  uint32_t done_left_only = 0;
  uint32_t done_right_only = 0;
  uint32_t done_neither = 0;
  // The left program's numbers of the cells that are DONE on both sides,
  // ascending: only these can differ.
  std::vector<uint32_t> compared;
  // The right program's numbers of the same cells, in the same order.
  std::vector<uint32_t> other_compared;
  std::vector<OutcomeChange> changes;    // each once, ascending
  std::vector<DifferingCell> differing;  // ascending by `cell`
};

inline constexpr uint32_t kNoCell = UINT32_MAX;

// The right program's cell for each of the left one's, or kNoCell. Where both
// measurement digests are equal, cells meet by number, else by id.
std::vector<uint32_t> Partners(const ObservedRecord& left,
                               const ObservedRecord& right);

Comparison Align(const ObservedRecord& left, const ObservedRecord& right);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_ALIGN_H_
