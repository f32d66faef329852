#include "core/query/narrow.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "core/plan/cells.h"

namespace sockdrift {

size_t NarrowComparison(const CellQuery& where, const QueriedSide& a,
                        const QueriedSide& b, Comparison& comparison) {
  const CellSpace cells(*a.program);
  std::vector<uint32_t> compared;
  std::vector<uint32_t> other_compared;
  std::vector<DifferingCell> differing;
  size_t matching = 0;
  size_t next = 0;  // of the differing cells, ascending as the compared are
  for (size_t i = 0; i < comparison.compared.size(); ++i) {
    QueriedSide sides[] = {a, b};
    sides[0].cell = comparison.compared[i];
    sides[1].cell = comparison.other_compared[i];
    const bool differs = next < comparison.differing.size() &&
                         comparison.differing[next].cell == sides[0].cell;
    const size_t index = next;
    if (differs) ++next;
    const std::vector<uint16_t> at = cells.Coordinate(sides[0].cell);
    if (!where.AsksAbout(at, sides)) continue;
    compared.push_back(sides[0].cell);
    other_compared.push_back(sides[1].cell);
    if (!where.MatchesCell(at, sides)) continue;
    ++matching;
    if (differs) differing.push_back(comparison.differing[index]);
  }
  comparison.compared = std::move(compared);
  comparison.other_compared = std::move(other_compared);
  comparison.differing = std::move(differing);
  return matching;
}

}  // namespace sockdrift
