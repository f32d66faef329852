#include "core/divergence/fold.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "core/divergence/bit_set.h"
#include "core/divergence/box_cover.h"
#include "core/divergence/cell_features.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

// Up to so many exceptions a reader takes in.
constexpr size_t kMaxExceptions = 3;

// The compared cells as points, with the differing ones among them.
class Folder {
 public:
  Folder(const Program& program, const Comparison& comparison)
      : comparison_(comparison), features_(program, comparison.compared) {
    everything_ = BitSet(features_.points());
    everything_.SetAll();
    differing_.assign(features_.points(), nullptr);
    size_t point = 0;
    for (const DifferingCell& cell : comparison.differing) {
      while (comparison.compared[point] != cell.cell) ++point;
      differing_[point] = &cell;
      const uint32_t first = cell.changes.front();
      by_change_.try_emplace(first, features_.points())
          .first->second.Set(point);
    }
  }

  std::vector<Rule> Fold() const {
    std::vector<Folded> folded;
    for (const auto& [change, points] : by_change_) {
      for (Folded& one : FoldChange(change, points)) {
        folded.push_back(std::move(one));
      }
    }
    std::stable_sort(folded.begin(), folded.end(),
                     [](const Folded& a, const Folded& b) {
                       return a.rule.cells > b.rule.cells;
                     });
    std::vector<Rule> rules;
    BitSet open = everything_;
    for (Folded& one : folded) {
      for (uint32_t point : one.points) {
        one.rule.added += open.Has(point) ? 1 : 0;
        open.Clear(point);
      }
      rules.push_back(std::move(one.rule));
    }
    return rules;
  }

 private:
  struct Folded {
    Rule rule;
    std::vector<uint32_t> points;  // that it covers
  };

  std::vector<Folded> FoldChange(uint32_t change, const BitSet& points) const {
    BitSet others = everything_;
    others -= points;
    const std::vector<CoverBox> boxes =
        CoverWithBoxes(features_, points, others);
    std::optional<Folded> single = FoldWithExceptions(change, points, others,
                                                      /*below=*/boxes.size());
    if (single.has_value()) return {*std::move(single)};
    std::vector<Folded> rules;
    for (const CoverBox& box : boxes) {
      rules.push_back({MakeRule(change, box.box, box.points, {}), box.points});
    }
    return rules;
  }

  // One rule around all points, if that and its exceptions are fewer than
  // `below` conjunctions and speak of most cells there.
  std::optional<Folded> FoldWithExceptions(uint32_t change,
                                           const BitSet& points,
                                           const BitSet& others,
                                           size_t below) const {
    const Box around = features_.Around(points);
    BitSet inside = features_.PointsIn(around);
    BitSet exceptions = inside;
    exceptions &= others;
    if (below < 3 || exceptions.Empty() ||
        exceptions.Count() * 2 > points.Count()) {
      return std::nullopt;
    }
    const std::vector<CoverBox> boxes =
        CoverWithBoxes(features_, exceptions, points);
    if (boxes.size() > kMaxExceptions || boxes.size() + 1 >= below) {
      return std::nullopt;
    }
    std::vector<std::vector<CellCondition>> except;
    for (const CoverBox& box : boxes) {
      except.push_back(features_.Describe(box.box, inside));
    }
    std::vector<uint32_t> covered;
    points.ForEach(
        [&](size_t i) { covered.push_back(static_cast<uint32_t>(i)); });
    Rule rule = MakeRule(change, around, covered, std::move(except));
    return Folded{std::move(rule), std::move(covered)};
  }

  Rule MakeRule(uint32_t change, const Box& box,
                const std::vector<uint32_t>& points,
                std::vector<std::vector<CellCondition>> except) const {
    Rule rule;
    rule.where = features_.Describe(box, everything_);
    rule.except = std::move(except);
    rule.change = comparison_.changes[change];
    rule.cells = static_cast<uint32_t>(points.size());
    rule.of = static_cast<uint32_t>(features_.PointsIn(box).Count());
    rule.first_cell = differing_[points.front()]->cell;
    std::map<uint32_t, uint32_t> later;
    for (uint32_t point : points) {
      const std::vector<uint32_t>& changes = differing_[point]->changes;
      for (size_t i = 1; i < changes.size(); ++i) ++later[changes[i]];
    }
    for (const auto& [index, cells] : later) {
      rule.consequences.push_back({comparison_.changes[index], cells});
    }
    std::stable_sort(
        rule.consequences.begin(), rule.consequences.end(),
        [](const auto& a, const auto& b) { return a.cells > b.cells; });
    return rule;
  }

  const Comparison& comparison_;
  CellFeatures features_;
  BitSet everything_;
  std::vector<const DifferingCell*> differing_;  // one a point, or null
  // The points of the cells whose first change it is.
  std::map<uint32_t, BitSet> by_change_;
};

}  // namespace

std::vector<Rule> Fold(const Program& program, const Comparison& comparison) {
  return Folder(program, comparison).Fold();
}

bool Covers(const Rule& rule, const Program& program,
            absl::Span<const uint16_t> coordinate) {
  return AllHold(rule.where, program, coordinate) &&
         std::none_of(rule.except.begin(), rule.except.end(),
                      [&](const std::vector<CellCondition>& conditions) {
                        return AllHold(conditions, program, coordinate);
                      });
}

}  // namespace sockdrift
