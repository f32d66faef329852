#include "core/divergence/box_growth.h"

#include <algorithm>
#include <utility>

namespace sockdrift {
namespace {

constexpr uint32_t kForbidden = 0;
constexpr uint32_t kNeither = 1;
constexpr uint32_t kFirstWanted = 2;

}  // namespace

std::vector<GrowthOrder> GrowthOrders(const CellFeatures& features) {
  GrowthOrder axes;
  GrowthOrder pairs;
  for (size_t i = 0; i < features.size(); ++i) {
    (features.IsPair(i) ? pairs : axes).push_back(i);
  }
  std::vector<GrowthOrder> orders;
  for (size_t shift = 0; shift < std::max<size_t>(axes.size(), 1); ++shift) {
    for (bool reversed : {false, true}) {
      GrowthOrder rotated = axes;
      std::rotate(rotated.begin(),
                  rotated.begin() + static_cast<ptrdiff_t>(shift),
                  rotated.end());
      if (reversed) std::reverse(rotated.begin(), rotated.end());
      for (bool pairs_first : {true, false}) {
        GrowthOrder order = pairs_first ? pairs : rotated;
        const GrowthOrder& rest = pairs_first ? rotated : pairs;
        order.insert(order.end(), rest.begin(), rest.end());
        orders.push_back(std::move(order));
        if (pairs.empty()) break;
      }
    }
  }
  return orders;
}

BoxGrowth::BoxGrowth(const CellFeatures& features, const BitSet& wanted,
                     const BitSet& forbidden)
    : features_(features), states_(features.matrix_size(), kNeither) {
  size_t axes = 0;
  for (size_t i = 0; i < features.size(); ++i) {
    if (!features.IsPair(i)) {
      ++axes;
      continue;
    }
    pairs_.push_back({i, features.PairOf(i).first, features.PairOf(i).second});
  }
  strides_.assign(axes, 1);
  for (size_t axis = axes; axis-- > 1;) {
    strides_[axis - 1] =
        strides_[axis] * static_cast<uint32_t>(features.ValueCount(axis));
  }
  wanted.ForEach([&](size_t point) {
    states_[features.RawIndex(point)] =
        static_cast<uint32_t>(point) + kFirstWanted;
  });
  forbidden.ForEach(
      [&](size_t point) { states_[features.RawIndex(point)] = kForbidden; });
  values_.resize(axes);
  allowed_.resize(pairs_.size());
  at_.resize(axes);
}

void BoxGrowth::Load(const Box& box) {
  for (size_t axis = 0; axis < values_.size(); ++axis) {
    values_[axis].clear();
    box.values[axis].ForEach([&](size_t value) {
      values_[axis].push_back(static_cast<uint16_t>(value));
    });
  }
  for (size_t i = 0; i < pairs_.size(); ++i) {
    const BitSet& values = box.values[pairs_[i].feature];
    allowed_[i] =
        static_cast<uint8_t>((values.Has(0) ? 1 : 0) | (values.Has(1) ? 2 : 0));
  }
}

bool BoxGrowth::PairsHold(size_t axis) const {
  for (size_t i = 0; i < pairs_.size(); ++i) {
    if (pairs_[i].second != axis || allowed_[i] == 3) continue;
    const bool same = at_[pairs_[i].first] == at_[axis];
    if ((allowed_[i] & (same ? 1 : 2)) == 0) return false;
  }
  return true;
}

template <typename Visit>
bool BoxGrowth::Walk(size_t axis, uint32_t raw, Visit& visit) {
  if (axis == values_.size()) {
    ++work_;
    return visit(raw);
  }
  for (uint16_t value : values_[axis]) {
    at_[axis] = value;
    if (PairsHold(axis) &&
        Walk(axis + 1, raw + value * strides_[axis], visit)) {
      return true;
    }
  }
  return false;
}

bool BoxGrowth::TouchesForbidden() {
  auto visit = [&](uint32_t raw) { return states_[raw] == kForbidden; };
  return Walk(0, 0, visit);
}

Box BoxGrowth::Grow(size_t point, const GrowthOrder& order) {
  Box box;
  for (size_t i = 0; i < features_.size(); ++i) {
    box.values.emplace_back(features_.ValueCount(i));
    box.values[i].Set(features_.ValueOf(i, point));
  }
  Load(box);
  for (size_t feature : order) {
    // Only what a value would add is walked: all else is known to be free.
    const uint16_t own = features_.ValueOf(feature, point);
    for (uint16_t value = 0; value < features_.ValueCount(feature); ++value) {
      if (value == own) continue;
      if (features_.IsPair(feature)) {
        allowed_[feature - values_.size()] = static_cast<uint8_t>(1 << value);
      } else {
        values_[feature] = {value};
      }
      if (!TouchesForbidden()) box.values[feature].Set(value);
    }
    Load(box);
  }
  return box;
}

std::vector<uint32_t> BoxGrowth::WantedIn(const Box& box) {
  Load(box);
  std::vector<uint32_t> points;
  auto visit = [&](uint32_t raw) {
    if (states_[raw] >= kFirstWanted) {
      points.push_back(states_[raw] - kFirstWanted);
    }
    return false;
  };
  Walk(0, 0, visit);
  return points;
}

}  // namespace sockdrift
