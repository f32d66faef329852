#include "core/divergence/box_cover.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace sockdrift {
namespace {

// In which order a box is grown decides which maximal box it becomes. Growing
// is bounded in time and memory, so that thousands of scattered points take one
// order each.
constexpr size_t kGrowthBudget = 4000;
constexpr size_t kMaxHeldPoints = 10'000'000;

using Order = std::vector<size_t>;

// Every rotation of the axes, and its reverse; like axes' pairs before the
// axes or after them.
std::vector<Order> Orders(const CellFeatures& features) {
  Order axes;
  Order pairs;
  for (size_t i = 0; i < features.size(); ++i) {
    (features.IsPair(i) ? pairs : axes).push_back(i);
  }
  std::vector<Order> orders;
  for (size_t shift = 0; shift < std::max<size_t>(axes.size(), 1); ++shift) {
    Order rotated = axes;
    std::rotate(rotated.begin(), rotated.begin() + shift, rotated.end());
    for (bool reversed : {false, true}) {
      if (reversed) std::reverse(rotated.begin(), rotated.end());
      for (bool pairs_first : {true, false}) {
        Order order = pairs_first ? pairs : rotated;
        const Order& rest = pairs_first ? rotated : pairs;
        order.insert(order.end(), rest.begin(), rest.end());
        orders.push_back(std::move(order));
        if (pairs.empty()) break;
      }
    }
  }
  return orders;
}

// Grows the box of one point, feature by feature, value by value, as long as
// no forbidden point falls into it.
Box Grow(const CellFeatures& features, size_t point, const BitSet& forbidden,
         const Order& order) {
  Box box;
  std::vector<BitSet> masks;
  for (size_t i = 0; i < features.size(); ++i) {
    const uint16_t value = features.ValueOf(i, point);
    box.values.emplace_back(features.ValueCount(i));
    box.values[i].Set(value);
    masks.push_back(features.PointsWith(i, value));
  }
  for (size_t feature : order) {
    BitSet rest = forbidden;
    for (size_t i = 0; i < features.size(); ++i) {
      if (i != feature) rest &= masks[i];
    }
    for (size_t value = 0; value < features.ValueCount(feature); ++value) {
      const BitSet& points = features.PointsWith(feature, value);
      if (box.values[feature].Has(value) || Meet(rest, points)) continue;
      box.values[feature].Set(value);
      masks[feature] |= points;
    }
  }
  return box;
}

// Features that the box restricts.
size_t Cost(const CellFeatures& features, const Box& box) {
  size_t cost = 0;
  for (size_t i = 0; i < features.size(); ++i) {
    const size_t count = box.values[i].Count();
    if (count == features.ValueCount(i)) continue;
    cost += 16 + std::min(count, features.ValueCount(i) - count);
  }
  return cost;
}

struct Candidate {
  Box box;
  std::vector<uint32_t> points;  // the wanted ones in it, ascending
  size_t cost;
};

size_t CountOpen(const Candidate& candidate, const BitSet& open) {
  return std::count_if(candidate.points.begin(), candidate.points.end(),
                       [&](uint32_t point) { return open.Has(point); });
}

std::vector<Candidate> GrowCandidates(const CellFeatures& features,
                                      const BitSet& wanted,
                                      const BitSet& forbidden) {
  const std::vector<Order> orders = Orders(features);
  std::vector<Candidate> candidates;
  absl::flat_hash_set<std::vector<uint32_t>> seen;
  BitSet covered(features.points());
  size_t budget = kGrowthBudget;
  size_t held = 0;
  wanted.ForEach([&](size_t point) {
    if (covered.Has(point)) return;
    const size_t tries = std::clamp<size_t>(budget, 1, orders.size());
    budget -= std::min(budget, tries);
    for (size_t i = 0; i < tries; ++i) {
      Candidate candidate;
      candidate.box = Grow(features, point, forbidden, orders[i]);
      BitSet points = features.PointsIn(candidate.box);
      points &= wanted;
      points.ForEach([&](size_t p) {
        candidate.points.push_back(static_cast<uint32_t>(p));
      });
      candidate.cost = Cost(features, candidate.box);
      covered |= points;
      if (!seen.insert(candidate.points).second) continue;
      held += candidate.points.size();
      candidates.push_back(std::move(candidate));
    }
    if (held > kMaxHeldPoints) budget = 0;
  });
  return candidates;
}

// Takes the candidate that adds most, again and again. What a candidate adds
// only shrinks, so it is counted anew only when it comes to the top.
std::vector<size_t> Choose(const std::vector<Candidate>& candidates,
                           const BitSet& wanted) {
  // Most points first, then the simplest, then the first one found.
  using Entry = std::tuple<size_t, size_t, size_t>;
  std::priority_queue<Entry> queue;
  for (size_t i = 0; i < candidates.size(); ++i) {
    queue.emplace(candidates[i].points.size(), SIZE_MAX - candidates[i].cost,
                  SIZE_MAX - i);
  }
  std::vector<size_t> chosen;
  BitSet open = wanted;
  while (!open.Empty()) {
    auto [gain, simplicity, inverse] = queue.top();
    queue.pop();
    const size_t index = SIZE_MAX - inverse;
    const size_t now = CountOpen(candidates[index], open);
    if (now == 0) continue;
    if (now < gain) {
      queue.emplace(now, simplicity, inverse);
      continue;
    }
    chosen.push_back(index);
    for (uint32_t point : candidates[index].points) open.Clear(point);
  }
  return chosen;
}

// Drops boxes whose points later choices hold as well, the last one first.
void DropRedundant(const std::vector<Candidate>& candidates, size_t points,
                   std::vector<size_t>& chosen) {
  std::vector<uint32_t> holders(points, 0);
  for (size_t index : chosen) {
    for (uint32_t point : candidates[index].points) ++holders[point];
  }
  for (size_t i = chosen.size(); i-- > 0;) {
    const std::vector<uint32_t>& held = candidates[chosen[i]].points;
    const bool needed =
        std::any_of(held.begin(), held.end(),
                    [&](uint32_t point) { return holders[point] == 1; });
    if (needed) continue;
    for (uint32_t point : held) --holders[point];
    chosen.erase(chosen.begin() + static_cast<ptrdiff_t>(i));
  }
}

// A box most of whose points earlier boxes hold says little: what it adds is
// said more plainly by the box around that alone.
void Shrink(const CellFeatures& features, const BitSet& wanted,
            std::vector<CoverBox>& boxes) {
  BitSet open = wanted;
  for (CoverBox& box : boxes) {
    BitSet added(features.points());
    for (uint32_t point : box.points) {
      if (open.Has(point)) added.Set(point);
    }
    open -= added;
    if (added.Count() * 2 >= box.points.size()) continue;
    box.box = features.Around(added);
    BitSet points = features.PointsIn(box.box);
    points &= wanted;
    box.points.clear();
    points.ForEach([&](size_t point) {
      box.points.push_back(static_cast<uint32_t>(point));
    });
  }
}

}  // namespace

std::vector<CoverBox> CoverWithBoxes(const CellFeatures& features,
                                     const BitSet& wanted,
                                     const BitSet& forbidden) {
  std::vector<Candidate> candidates =
      GrowCandidates(features, wanted, forbidden);
  std::vector<size_t> chosen = Choose(candidates, wanted);
  DropRedundant(candidates, features.points(), chosen);
  std::vector<CoverBox> boxes;
  for (size_t index : chosen) {
    boxes.push_back({std::move(candidates[index].box),
                     std::move(candidates[index].points)});
  }
  Shrink(features, wanted, boxes);
  return boxes;
}

}  // namespace sockdrift
