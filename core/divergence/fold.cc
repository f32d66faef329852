#include "core/divergence/fold.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "core/divergence/bit_set.h"
#include "core/divergence/box_cover.h"
#include "core/divergence/cell_features.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

// Up to so many exceptions a reader takes in.
constexpr size_t kMaxExceptions = 3;
// Combinations of axes' values that are looked at with care: about a quarter of
// a second.
constexpr uint64_t kWork = 40'000'000;

// How finely the changes of one observation are told apart: a bind that now
// answers EINVAL may have answered this or that before. Finest first.
enum class Grain { kBoth, kTo, kFrom, kObservation };
constexpr Grain kGrains[] = {Grain::kBoth, Grain::kTo, Grain::kFrom,
                             Grain::kObservation};

// Changes of one observation that a rule does not tell apart.
struct ChangeClass {
  explicit ChangeClass(size_t points) : first(points), any(points) {}

  BitSet first;  // where such a change is the first one: to be covered
  BitSet any;    // where there is one at all: may be covered
};

// What a rule's conditions are made of.
struct Shape {
  Box box;
  std::vector<Box> except;
};

struct Folded {
  Rule rule;
  BitSet points;  // that it covers
};

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
    }
  }

  std::vector<Rule> Fold() {
    std::vector<Folded> folded;
    std::map<uint16_t, bool> observations;
    for (const DifferingCell& cell : comparison_.differing) {
      observations[Change(cell.changes.front()).observation] = true;
    }
    for (const auto& [observation, differs] : observations) {
      for (Folded& one : FoldObservation(observation)) {
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
      one.rule.added = static_cast<uint32_t>(CountMeet(one.points, open));
      open -= one.points;
      rules.push_back(std::move(one.rule));
    }
    return rules;
  }

 private:
  const OutcomeChange& Change(uint32_t index) const {
    return comparison_.changes[index];
  }

  std::vector<ChangeClass> Classes(uint16_t observation, Grain grain) const {
    const bool from = grain == Grain::kBoth || grain == Grain::kFrom;
    const bool to = grain == Grain::kBoth || grain == Grain::kTo;
    std::map<OutcomeChange, ChangeClass> classes;
    for (size_t point = 0; point < differing_.size(); ++point) {
      if (differing_[point] == nullptr) continue;
      const std::vector<uint32_t>& changes = differing_[point]->changes;
      for (size_t i = 0; i < changes.size(); ++i) {
        const OutcomeChange& change = Change(changes[i]);
        if (change.observation != observation) continue;
        ChangeClass& one =
            classes
                .try_emplace(
                    {observation, from ? change.from : "", to ? change.to : ""},
                    features_.points())
                .first->second;
        one.any.Set(point);
        if (i == 0) one.first.Set(point);
      }
    }
    std::vector<ChangeClass> kept;
    for (auto& [key, one] : classes) {
      if (!one.first.Empty()) kept.push_back(std::move(one));
    }
    return kept;
  }

  // The grain that needs the fewest rules; of several the finest.
  std::vector<Folded> FoldObservation(uint16_t observation) {
    std::vector<Shape> best;
    std::vector<size_t> seen;  // numbers of classes
    for (Grain grain : kGrains) {
      const std::vector<ChangeClass> classes = Classes(observation, grain);
      // Never fewer rules than classes; as many classes as a finer grain has
      // are the same ones.
      if (!seen.empty() &&
          (best.size() <= classes.size() ||
           std::count(seen.begin(), seen.end(), classes.size()) > 0)) {
        continue;
      }
      seen.push_back(classes.size());
      std::vector<Shape> shapes;
      for (const ChangeClass& one : classes) {
        for (Shape& shape : CoverClass(one)) shapes.push_back(std::move(shape));
      }
      if (best.empty() || shapes.size() < best.size()) best = std::move(shapes);
    }
    std::vector<Folded> rules;
    for (const Shape& shape : best) {
      rules.push_back(MakeRule(observation, shape));
    }
    return rules;
  }

  std::vector<Shape> CoverClass(const ChangeClass& one) {
    BitSet others = everything_;
    others -= one.any;
    std::vector<CoverBox> boxes =
        CoverWithBoxes(features_, one.first, others, work_);
    std::vector<Shape> shapes;
    std::optional<Shape> single =
        CoverWithExceptions(one.first, others, boxes.size());
    if (single.has_value()) {
      shapes.push_back(*std::move(single));
      return shapes;
    }
    for (CoverBox& box : boxes) shapes.push_back({std::move(box.box), {}});
    return shapes;
  }

  // One box around all points, if that and its exceptions are fewer than
  // `below` conjunctions and most cells there are covered.
  std::optional<Shape> CoverWithExceptions(const BitSet& points,
                                           const BitSet& others, size_t below) {
    Box around = features_.Around(points);
    BitSet inside = features_.PointsIn(around);
    BitSet exceptions = inside;
    exceptions &= others;
    if (below < 3 || exceptions.Empty() ||
        exceptions.Count() * 2 > points.Count()) {
      return std::nullopt;
    }
    inside -= others;
    std::vector<CoverBox> boxes =
        CoverWithBoxes(features_, exceptions, inside, work_);
    if (boxes.size() > kMaxExceptions || boxes.size() + 1 >= below) {
      return std::nullopt;
    }
    Shape shape{std::move(around), {}};
    for (CoverBox& box : boxes) shape.except.push_back(std::move(box.box));
    return shape;
  }

  Folded MakeRule(uint16_t observation, const Shape& shape) const {
    const BitSet inside = features_.PointsIn(shape.box);
    BitSet points = inside;
    Rule rule;
    rule.where = features_.Describe(shape.box, everything_);
    for (const Box& box : shape.except) {
      rule.except.push_back(features_.Describe(box, inside));
      points -= features_.PointsIn(box);
    }
    rule.cells = static_cast<uint32_t>(points.Count());
    rule.of = static_cast<uint32_t>(inside.Count());
    std::map<uint32_t, uint32_t> counts;
    bool is_first = true;
    points.ForEach([&](size_t point) {
      if (is_first) rule.first_cell = differing_[point]->cell;
      is_first = false;
      for (uint32_t change : differing_[point]->changes) ++counts[change];
    });
    for (const auto& [index, cells] : counts) {
      const OutcomeChange& change = Change(index);
      if (change.observation < observation) continue;
      (change.observation == observation ? rule.changes : rule.consequences)
          .push_back({change, cells});
    }
    for (std::vector<Rule::Count>* list : {&rule.changes, &rule.consequences}) {
      std::stable_sort(list->begin(), list->end(),
                       [](const Rule::Count& a, const Rule::Count& b) {
                         return a.cells > b.cells;
                       });
    }
    rule.change = rule.changes.front().change;
    return {std::move(rule), std::move(points)};
  }

  const Comparison& comparison_;
  CellFeatures features_;
  BitSet everything_;
  uint64_t work_ = kWork;
  std::vector<const DifferingCell*> differing_;  // one a point, or null
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
