// Grows boxes around single points until they would touch a forbidden one.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_BOX_GROWTH_H_
#define SOCKDRIFT_CORE_DIVERGENCE_BOX_GROWTH_H_

#include <cstdint>
#include <vector>

#include "core/divergence/bit_set.h"
#include "core/divergence/cell_features.h"

namespace sockdrift {

// Features, in the order in which a box is grown along them.
using GrowthOrder = std::vector<size_t>;

// Every rotation of the axes, and its reverse; the pairs before the axes or
// after them. Which order is taken decides which maximal box a point gets.
std::vector<GrowthOrder> GrowthOrders(const CellFeatures& features);

// Walks combinations of the matrix rather than sets of points: most boxes are
// small, and then so is the walk.
class BoxGrowth {
 public:
  // Precondition: `wanted` and `forbidden` do not meet.
  BoxGrowth(const CellFeatures& features, const BitSet& wanted,
            const BitSet& forbidden);

  // The maximal box of a wanted point in that order.
  Box Grow(size_t point, const GrowthOrder& order);
  // The wanted points in a box, ascending.
  std::vector<uint32_t> WantedIn(const Box& box);

  // Combinations looked at so far.
  uint64_t work() const { return work_; }

 private:
  struct Pair {
    size_t feature;
    size_t first;   // axis
    size_t second;  // a later axis
  };

  // The values of each axis, and of each pair, of the box that is walked.
  void Load(const Box& box);
  // Calls `visit(raw index)` for each combination, ascending, until it answers
  // true; whether it did.
  template <typename Visit>
  bool Walk(size_t axis, uint32_t raw, Visit& visit);
  bool TouchesForbidden();
  bool PairsHold(size_t axis) const;

  const CellFeatures& features_;
  std::vector<uint32_t> strides_;  // one an axis
  std::vector<Pair> pairs_;
  // One a combination: 0 for a forbidden point, 1 for one that is neither, 2
  // and more for a wanted point (its number plus 2).
  std::vector<uint32_t> states_;
  uint64_t work_ = 0;

  std::vector<std::vector<uint16_t>> values_;  // of each axis
  std::vector<uint8_t> allowed_;               // of each pair, as bits
  std::vector<uint16_t> at_;                   // of the walk
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_BOX_GROWTH_H_
