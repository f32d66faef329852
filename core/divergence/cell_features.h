// The compared cells as points of a space of features: one feature an axis, and
// one for each pair of like axes ("a.addr" and "b.addr"), which says whether
// their values are the same.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_CELL_FEATURES_H_
#define SOCKDRIFT_CORE_DIVERGENCE_CELL_FEATURES_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "core/divergence/bit_set.h"
#include "core/divergence/cell_condition.h"
#include "core/plan/program.h"

namespace sockdrift {

// A product of value sets, one a feature: a conjunction of conditions. In the
// canonical box of a set of points, a value that no point has may be in or out.
struct Box {
  std::vector<BitSet> values;  // one a feature
};

class CellFeatures {
 public:
  // `cells` are numbers of the program's cells, ascending. A point is an index
  // into them.
  CellFeatures(const Program& program, const std::vector<uint32_t>& cells);

  size_t points() const { return points_; }
  size_t size() const { return features_.size(); }
  // The axes come first, in the program's order, then the pairs.
  bool IsPair(size_t feature) const { return features_[feature].is_pair; }
  // Of a pair: its two axes, the lower first.
  std::pair<size_t, size_t> PairOf(size_t feature) const {
    return {features_[feature].axis, features_[feature].other};
  }
  // A point's position in the whole matrix, the last axis fastest.
  uint32_t RawIndex(size_t point) const { return raw_[point]; }
  uint64_t matrix_size() const { return matrix_size_; }
  size_t ValueCount(size_t feature) const {
    return features_[feature].points.size();
  }
  // The points that have this value of this feature.
  const BitSet& PointsWith(size_t feature, size_t value) const {
    return features_[feature].points[value];
  }
  uint16_t ValueOf(size_t feature, size_t point) const {
    return features_[feature].value_of[point];
  }

  // The points in a box.
  BitSet PointsIn(const Box& box) const;
  // The smallest box around the points.
  Box Around(const BitSet& points) const;

  // The box in as few and as readable words as give the same points among
  // `universe`: address fields where they say it, "not in" where that is
  // shorter. Features that exclude no point of the universe which the others
  // let in are left out.
  std::vector<CellCondition> Describe(Box box, const BitSet& universe) const;

 private:
  struct Feature {
    bool is_pair = false;
    uint8_t axis = 0;
    uint8_t other = 0;               // of a pair
    std::vector<BitSet> points;      // one a value
    std::vector<uint16_t> value_of;  // one a point
  };

  void AddPairs();
  BitSet PointsWithAny(size_t feature, const BitSet& values) const;
  void DropRedundant(const BitSet& inside, const BitSet& universe,
                     Box& box) const;
  CellCondition DescribeAxis(const Feature& feature, const BitSet& needed,
                             const BitSet& allowed) const;

  const Program& program_;
  size_t points_;
  uint64_t matrix_size_;
  std::vector<uint32_t> raw_;  // one a point, ascending
  std::vector<Feature> features_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_CELL_FEATURES_H_
