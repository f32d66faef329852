// Cells by the world that they need.
#ifndef SOCKDRIFT_AGENT_ENGINE_CELL_GROUPS_H_
#define SOCKDRIFT_AGENT_ENGINE_CELL_GROUPS_H_

#include <cstdint>
#include <map>
#include <vector>

#include "absl/types/span.h"
#include "core/plan/cells.h"
#include "core/plan/program.h"

namespace sockdrift {

// Two cells need the same world where every setting has the same text.
class CellGroups {
 public:
  // Both must outlive it.
  CellGroups(const Program& program, const CellSpace& space);

  // The cells by group: the groups in the order of their first cells, the cells
  // of each in theirs.
  std::vector<std::vector<uint32_t>> Of(absl::Span<const uint32_t> cells);

 private:
  // One number for each distinct combination of the settings' texts.
  size_t GroupOf(absl::Span<const uint16_t> coordinate);

  const Program& program_;
  const CellSpace& space_;
  std::vector<uint8_t> axes_;  // those that settings depend on
  // By the values of axes_, and by the texts of the settings.
  std::map<std::vector<uint16_t>, size_t> by_values_;
  std::map<std::vector<std::optional<std::string>>, size_t> by_texts_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_CELL_GROUPS_H_
