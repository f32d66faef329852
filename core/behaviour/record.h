// What one host did with one plan: outcomes by column, statuses and reasons.
#ifndef SOCKDRIFT_CORE_BEHAVIOUR_RECORD_H_
#define SOCKDRIFT_CORE_BEHAVIOUR_RECORD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

// How a cell ended. Only kDone cells are behaviour; the others are never mixed
// with it and never passed over in silence. The numbers are part of the
// canonical record.
enum class CellStatus : uint8_t {
  kDone = 1,
  // Could not be set up before the first call: a privilege, a world, a second
  // stack, an operation that the build lacks.
  kSkip = 2,
  kError = 3,     // the prober failed, or a `must` was not met
  kUnstable = 4,  // repeats disagreed
  kMiss = 5,      // never ran
};

// "DONE", "SKIP", "ERROR", "UNSTABLE", "MISS".
absl::string_view CellStatusName(CellStatus status);

// The code of "this cell did not come to that observation" (its step's `when`
// does not hold there).
inline constexpr uint32_t kNotObserved = 0;

struct Record {
  // The texts that codes stand for: code c is outcomes[c - 1]. In canonical
  // form: sorted, unique, each used by some cell.
  std::vector<std::string> outcomes;
  // The texts that reason codes stand for, likewise; 0 is no reason.
  std::vector<std::string> reasons;
  // One entry a cell of the program, in the order of cell numbers.
  std::vector<CellStatus> status;
  std::vector<uint32_t> reason;
  // One column an observation of the program, one code a cell. Cells that are
  // not DONE have kNotObserved everywhere.
  std::vector<std::vector<uint32_t>> columns;

  size_t cells() const { return status.size(); }
  size_t CountOf(CellStatus wanted) const;
  // The outcome's text, or empty where it was not observed.
  absl::string_view Outcome(size_t observation, size_t cell) const;
  absl::string_view Reason(size_t cell) const;

  friend bool operator==(const Record&, const Record&) = default;
};

// Brings a record into canonical form: dictionaries sorted, unused texts
// dropped, columns of cells that are not DONE cleared. Idempotent.
void Canonicalise(Record& record);

// Whether sizes and codes hold together.
absl::Status ValidateRecord(const Record& record);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_BEHAVIOUR_RECORD_H_
