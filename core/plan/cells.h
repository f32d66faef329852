// The cells of a program: the combinations of its axes' values that `except`
// leaves. A cell has a number (its position among the cells), a raw index (its
// position in the whole matrix), a coordinate (the value index on each axis)
// and, computed in wire/, an id.
#ifndef SOCKDRIFT_CORE_PLAN_CELLS_H_
#define SOCKDRIFT_CORE_PLAN_CELLS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/behaviour/record.h"
#include "core/plan/program.h"

namespace sockdrift {

class CellSpace {
 public:
  explicit CellSpace(const Program& program);

  // How many cells there are, and how many combinations before `except`.
  uint32_t size() const { return static_cast<uint32_t>(raw_.size()); }
  uint64_t matrix_size() const { return matrix_size_; }

  uint32_t RawIndex(uint32_t cell) const { return raw_[cell]; }
  // The number of the cell with this raw index; nullopt if it is excluded.
  std::optional<uint32_t> FromRaw(uint32_t raw) const;

  // Writes the value index of each axis to `coordinate`, which has one place
  // an axis.
  void Coordinate(uint32_t cell, absl::Span<uint16_t> coordinate) const;
  std::vector<uint16_t> Coordinate(uint32_t cell) const;

 private:
  std::vector<uint32_t> sizes_;  // values of each axis
  uint64_t matrix_size_ = 1;
  std::vector<uint32_t> raw_;  // cell number to raw index, ascending
};

// The scalar's text in a cell, or nullopt where it is `unset`.
const std::optional<std::string>& TextAt(const Scalar& scalar,
                                         const Program& program,
                                         absl::Span<const uint16_t> coordinate);

// Whether a record has one entry for each of the program's cells and one column
// for each of its observations; INVALID_ARGUMENT says what it has instead.
absl::Status CheckShape(const Record& record, const Program& program);

// Whether all guards of a step hold in a cell.
bool Applies(const Step& step, absl::Span<const uint16_t> coordinate);

// "[a.addr=::1,b.addr=0.0.0.0]": the axes and the names of their values; empty
// for a program without axes. With the plan's name before it, a cell's name.
std::string CellName(const Program& program,
                     absl::Span<const uint16_t> coordinate);

// Parses what CellName writes (axes in any order, all of them). NOT_FOUND when
// an axis or value does not exist or the combination is excluded.
absl::StatusOr<uint32_t> FindCell(const Program& program,
                                  const CellSpace& cells,
                                  absl::string_view name);

// The canonical bytes of a cell: its steps with every scalar substituted, and
// what of the program bears on them (isolation, caps, users, hosts, settings,
// ports). A step that is left out in this cell (a guard that does not hold, or
// a required field that is `unset`) is not in them, so that a plan may gain an
// axis with `unset` and keep its cells. Equal bytes mean the same measurement.
// docs/canonical-form.md.
std::string CellBytes(const Program& program,
                      absl::Span<const uint16_t> coordinate);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_PLAN_CELLS_H_
