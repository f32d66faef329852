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

  std::vector<Rule> Fold() const {
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
  std::vector<Folded> FoldObservation(uint16_t observation) const {
    std::vector<Folded> best;
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
      std::vector<Folded> folded;
      for (const ChangeClass& one : classes) {
        for (Folded& rule : FoldClass(observation, one)) {
          folded.push_back(std::move(rule));
        }
      }
      if (best.empty() || folded.size() < best.size()) best = std::move(folded);
    }
    return best;
  }

  std::vector<Folded> FoldClass(uint16_t observation,
                                const ChangeClass& one) const {
    BitSet others = everything_;
    others -= one.any;
    const std::vector<CoverBox> boxes =
        CoverWithBoxes(features_, one.first, others);
    std::optional<Folded> single =
        FoldWithExceptions(observation, one.first, others, boxes.size());
    std::vector<Folded> rules;
    if (single.has_value()) {
      rules.push_back(*std::move(single));
      return rules;
    }
    for (const CoverBox& box : boxes) {
      rules.push_back(
          MakeRule(observation, box.box, features_.PointsIn(box.box), {}));
    }
    return rules;
  }

  // One rule around all points, if that and its exceptions are fewer than
  // `below` conjunctions and it speaks of most cells there.
  std::optional<Folded> FoldWithExceptions(uint16_t observation,
                                           const BitSet& points,
                                           const BitSet& others,
                                           size_t below) const {
    const Box around = features_.Around(points);
    const BitSet inside = features_.PointsIn(around);
    BitSet exceptions = inside;
    exceptions &= others;
    if (below < 3 || exceptions.Empty() ||
        exceptions.Count() * 2 > points.Count()) {
      return std::nullopt;
    }
    BitSet covered = inside;
    covered -= others;
    const std::vector<CoverBox> boxes =
        CoverWithBoxes(features_, exceptions, covered);
    if (boxes.size() > kMaxExceptions || boxes.size() + 1 >= below) {
      return std::nullopt;
    }
    std::vector<std::vector<CellCondition>> except;
    for (const CoverBox& box : boxes) {
      except.push_back(features_.Describe(box.box, inside));
    }
    return MakeRule(observation, around, covered, std::move(except));
  }

  Folded MakeRule(uint16_t observation, const Box& box, const BitSet& points,
                  std::vector<std::vector<CellCondition>> except) const {
    Rule rule;
    rule.where = features_.Describe(box, everything_);
    rule.except = std::move(except);
    rule.cells = static_cast<uint32_t>(points.Count());
    rule.of = static_cast<uint32_t>(features_.PointsIn(box).Count());
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
    return {std::move(rule), points};
  }

  const Comparison& comparison_;
  CellFeatures features_;
  BitSet everything_;
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
