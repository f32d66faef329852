#include "agent/engine/engine.h"

#include <numeric>

#include "core/plan/cells.h"

namespace sockdrift {

absl::Status RunProgram(const Program& program, const EngineOptions& options,
                        WorldControl&, Tally& tally) {
  std::vector<uint32_t> cells = options.cells;
  if (cells.empty()) {
    cells.resize(CellSpace(program).size());
    std::iota(cells.begin(), cells.end(), 0u);
  }
  const uint32_t reason = tally.Intern("this build lacks every operation");
  for (uint32_t repeat = 0; repeat < options.repeats; ++repeat) {
    for (uint32_t cell : cells) {
      tally.Start(repeat, cell);
      tally.Skip(repeat, cell, reason);
    }
  }
  return absl::OkStatus();
}

}  // namespace sockdrift
