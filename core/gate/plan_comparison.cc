#include "core/gate/plan_comparison.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "core/plan/cells.h"

namespace sockdrift {
namespace {

constexpr uint32_t kNoMember = UINT32_MAX;

// What the divergent cells of one list have in common.
struct CellClass {
  Severity severity = Severity::kFail;
  std::optional<size_t> waiver;
  friend auto operator<=>(const CellClass&, const CellClass&) = default;
};

bool IsDone(const ObservedRecord& observed, uint32_t cell) {
  return observed.record->status[cell] == CellStatus::kDone;
}

// The comparison's changes that the cells use, and the cells' indices of them.
std::vector<OutcomeChange> KeepUsed(const std::vector<OutcomeChange>& all,
                                    std::vector<DifferingCell>& cells) {
  std::vector<bool> used(all.size(), false);
  for (const DifferingCell& cell : cells) {
    for (const uint32_t change : cell.changes) used[change] = true;
  }
  std::vector<uint32_t> renamed(all.size());
  std::vector<OutcomeChange> kept;
  for (size_t i = 0; i < all.size(); ++i) {
    renamed[i] = static_cast<uint32_t>(kept.size());
    if (used[i]) kept.push_back(all[i]);
  }
  for (DifferingCell& cell : cells) {
    for (uint32_t& change : cell.changes) change = renamed[change];
  }
  return kept;
}

class Comparer {
 public:
  Comparer(const PlanBaseline& baseline, const ObservedRecord& candidate,
           const GateRules& rules, std::vector<WaiverUse>& waivers)
      : baseline_(baseline),
        candidate_(candidate),
        rules_(rules),
        waivers_(waivers),
        first_(candidate.record->cells(), kNoMember),
        equal_(candidate.record->cells(), false) {}

  PlanComparison Run() && {
    out_.result.plan = baseline_.plan;
    out_.result.world = baseline_.world;
    for (uint32_t m = 0; m < baseline_.members.size(); ++m) AlignWith(m);
    for (uint32_t m = 0; m < baseline_.members.size(); ++m) FoldAgainst(m);
    std::sort(out_.result.failing_cells.begin(),
              out_.result.failing_cells.end());
    FindGaps();
    return std::move(out_);
  }

 private:
  void AlignWith(uint32_t m) {
    const PlanBaseline::Member& member = baseline_.members[m];
    Comparison comparison = Align(*member.observed, candidate_);
    size_t next = 0;  // of the differing cells, ascending as the compared are
    for (size_t i = 0; i < comparison.compared.size(); ++i) {
      const uint32_t cell = comparison.compared[i];
      const uint32_t other = comparison.other_compared[i];
      const bool differs = next < comparison.differing.size() &&
                           comparison.differing[next].cell == cell;
      if (differs) ++next;
      if (member.severity[cell] == Severity::kIgnore) continue;
      if (first_[other] == kNoMember) {
        first_[other] = m;
        ++out_.result.compared;
      }
      if (!differs) equal_[other] = true;
    }
    comparisons_.push_back(std::move(comparison));
  }

  // Of several waivers that match, one that still holds comes first.
  std::optional<size_t> WaiverOf(const Program& program,
                                 absl::Span<const uint16_t> at) const {
    std::optional<size_t> found;
    for (size_t i = 0; i < rules_.waivers.size(); ++i) {
      const Waiver& waiver = rules_.waivers[i];
      if (waiver.world.value_or(baseline_.world) != baseline_.world ||
          !waiver.match.MatchesPlan(baseline_.plan) ||
          !waiver.match.MatchesCell(program, at)) {
        continue;
      }
      if (!waivers_[i].expired) return i;
      if (!found.has_value()) found = i;
    }
    return found;
  }

  void FoldAgainst(uint32_t m) {
    const PlanBaseline::Member& member = baseline_.members[m];
    const Program& program = *member.observed->program;
    const Comparison& all = comparisons_[m];
    const CellSpace cells(program);
    std::map<CellClass, std::vector<DifferingCell>> classes;
    for (const DifferingCell& cell : all.differing) {
      if (first_[cell.other_cell] != m || equal_[cell.other_cell]) continue;
      const CellClass kind = {member.severity[cell.cell],
                              WaiverOf(program, cells.Coordinate(cell.cell))};
      classes[kind].push_back(cell);
    }
    Comparison part;
    part.same_measurement = all.same_measurement;
    for (size_t i = 0; i < all.compared.size(); ++i) {
      if (first_[all.other_compared[i]] != m) continue;
      part.compared.push_back(all.compared[i]);
      part.other_compared.push_back(all.other_compared[i]);
    }
    for (auto& [kind, differing] : classes) {
      part.differing = std::move(differing);
      part.changes = KeepUsed(all.changes, part.differing);
      Add(kind, member, part);
    }
  }

  void Add(const CellClass& kind, const PlanBaseline::Member& member,
           const Comparison& part) {
    Divergence divergence;
    divergence.plan = baseline_.plan;
    divergence.world = baseline_.world;
    divergence.program = member.observed->program;
    divergence.baseline_host = member.host;
    divergence.severity = kind.severity;
    divergence.waiver = kind.waiver;
    divergence.cells = part.differing.size();
    divergence.expected = member.observed;
    divergence.shown = &candidate_;
    for (const DifferingCell& cell : part.differing) {
      divergence.differing.push_back(cell.cell);
    }
    divergence.rules = Fold(*divergence.program, part);
    if (kind.waiver.has_value()) {
      waivers_[*kind.waiver].cells += divergence.cells;
      divergence.waiver_expired = waivers_[*kind.waiver].expired;
    }
    size_t& count = divergence.Waived()  ? out_.result.waived
                    : divergence.Fails() ? out_.result.failing
                                         : out_.result.warned;
    count += divergence.cells;
    if (divergence.Fails()) {
      for (const DifferingCell& cell : part.differing) {
        out_.result.failing_cells.push_back(cell.other_cell);
      }
    }
    out_.divergences.push_back(std::move(divergence));
  }

  void FindGaps() {
    std::vector<bool> missing(candidate_.record->cells(), false);
    std::optional<Gap> too_few;
    for (const PlanBaseline::Member& member : baseline_.members) {
      const std::vector<uint32_t> partners =
          Partners(*member.observed, candidate_);
      size_t wanted = 0;
      size_t common = 0;
      for (uint32_t cell = 0; cell < partners.size(); ++cell) {
        if (member.severity[cell] == Severity::kIgnore ||
            !IsDone(*member.observed, cell)) {
          continue;
        }
        ++wanted;
        if (partners[cell] == kNoCell) continue;
        ++common;
        if (!IsDone(candidate_, partners[cell])) missing[partners[cell]] = true;
      }
      out_.result.gone = std::max(out_.result.gone, wanted - common);
      KeepWorse(common, wanted, too_few);
    }
    if (too_few.has_value()) out_.gaps.push_back(*too_few);
    CountMissing(missing);
  }

  // Compares shares without dividing.
  void KeepWorse(size_t common, size_t wanted, std::optional<Gap>& worst) {
    if (common * 100 >=
        wanted * static_cast<size_t>(rules_.min_common_percent)) {
      return;
    }
    if (worst.has_value() && common * worst->wanted >= worst->cells * wanted) {
      return;
    }
    worst = NewGap(Gap::Kind::kTooFewCommon, common);
    worst->wanted = wanted;
  }

  void CountMissing(const std::vector<bool>& missing) {
    std::map<std::pair<CellStatus, std::string>, size_t> counts;
    for (uint32_t cell = 0; cell < missing.size(); ++cell) {
      if (!missing[cell]) continue;
      ++counts[{candidate_.record->status[cell],
                std::string(candidate_.record->Reason(cell))}];
    }
    for (const auto& [why, cells] : counts) {
      Gap gap = NewGap(Gap::Kind::kCellsMissing, cells);
      gap.status = why.first;
      gap.reason = why.second;
      out_.gaps.push_back(std::move(gap));
    }
  }

  Gap NewGap(Gap::Kind kind, size_t cells) const {
    Gap gap;
    gap.kind = kind;
    gap.plan = baseline_.plan;
    gap.world = baseline_.world;
    gap.cells = cells;
    return gap;
  }

  const PlanBaseline& baseline_;
  const ObservedRecord& candidate_;
  const GateRules& rules_;
  std::vector<WaiverUse>& waivers_;
  std::vector<Comparison> comparisons_;  // one a member
  // By the candidate's cell: the first member that it was compared with, and
  // whether some member showed the same.
  std::vector<uint32_t> first_;
  std::vector<bool> equal_;
  PlanComparison out_;
};

}  // namespace

size_t PlanBaseline::CountingCells() const {
  size_t cells = 0;
  for (const Member& member : members) {
    for (uint32_t cell = 0; cell < member.severity.size(); ++cell) {
      cells += member.severity[cell] != Severity::kIgnore &&
               IsDone(*member.observed, cell);
    }
  }
  return cells;
}

std::vector<Severity> SeveritiesOf(const GateRecord& record,
                                   const GateRules& rules) {
  const Program& program = *record.observed.program;
  std::vector<const SeverityRule*> relevant;
  for (const SeverityRule& rule : rules.rules) {
    if (rule.world.value_or(record.world) == record.world &&
        rule.match.MatchesPlan(record.plan)) {
      relevant.push_back(&rule);
    }
  }
  const CellSpace cells(program);
  std::vector<Severity> severities(cells.size(), Severity::kFail);
  if (relevant.empty()) return severities;
  std::vector<uint16_t> at(program.axes.size());
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    cells.Coordinate(cell, absl::MakeSpan(at));
    for (const SeverityRule* rule : relevant) {
      if (!rule->match.MatchesCell(program, at)) continue;
      severities[cell] = rule->severity;
      break;
    }
  }
  return severities;
}

PlanComparison ComparePlan(const PlanBaseline& baseline,
                           const ObservedRecord& candidate,
                           const GateRules& rules,
                           std::vector<WaiverUse>& waivers) {
  return Comparer(baseline, candidate, rules, waivers).Run();
}

}  // namespace sockdrift
