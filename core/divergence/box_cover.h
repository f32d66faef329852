// Covers a set of points with few boxes that touch no other point.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_BOX_COVER_H_
#define SOCKDRIFT_CORE_DIVERGENCE_BOX_COVER_H_

#include <cstdint>
#include <vector>

#include "core/divergence/bit_set.h"
#include "core/divergence/cell_features.h"

namespace sockdrift {

struct CoverBox {
  Box box;
  std::vector<uint32_t> points;  // the wanted ones in it, ascending
};

// Greedy set cover over maximal boxes, each grown from a wanted point. Together
// the boxes hold every wanted point and no forbidden one; points that are
// neither may be in or out. Deterministic. Most points first.
//
// `work` is how many combinations may still be looked at; it is lowered by
// those that were. With none left each point is tried in one way only, so that
// thousands of scattered points are covered in time, if not as well.
// Precondition: `wanted` and `forbidden` do not meet.
std::vector<CoverBox> CoverWithBoxes(const CellFeatures& features,
                                     const BitSet& wanted,
                                     const BitSet& forbidden, uint64_t& work);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_BOX_COVER_H_
