#include "core/divergence/box_cover.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "core/divergence/box_growth.h"

namespace sockdrift {
namespace {

// Points of all candidates together: what bounds their memory.
constexpr size_t kMaxHeldPoints = 10'000'000;

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
                                      const BitSet& forbidden, uint64_t& work) {
  const std::vector<GrowthOrder> orders = GrowthOrders(features);
  BoxGrowth growth(features, wanted, forbidden);
  std::vector<Candidate> candidates;
  absl::flat_hash_set<std::vector<uint32_t>> seen;
  BitSet covered(features.points());
  size_t held = 0;
  wanted.ForEach([&](size_t point) {
    if (covered.Has(point)) return;
    for (const GrowthOrder& order : orders) {
      if (covered.Has(point) &&
          (growth.work() > work || held > kMaxHeldPoints)) {
        break;
      }
      Candidate candidate;
      candidate.box = growth.Grow(point, order);
      candidate.points = growth.WantedIn(candidate.box);
      candidate.cost = Cost(features, candidate.box);
      for (uint32_t one : candidate.points) covered.Set(one);
      if (!seen.insert(candidate.points).second) continue;
      held += candidate.points.size();
      candidates.push_back(std::move(candidate));
    }
  });
  work -= std::min(work, growth.work());
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
                                     const BitSet& forbidden, uint64_t& work) {
  std::vector<Candidate> candidates =
      GrowCandidates(features, wanted, forbidden, work);
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
