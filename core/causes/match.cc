#include "core/causes/match.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "core/plan/cells.h"

namespace sockdrift {
namespace {

// An observation's outcome by its name: another version of a plan may have it
// at another place, or not at all.
absl::string_view OutcomeOf(const ObservedRecord& observed,
                            const std::string& observation, uint32_t cell) {
  const std::vector<std::string>& names = observed.program->observations;
  const auto found = std::find(names.begin(), names.end(), observation);
  if (found == names.end()) return "";
  return observed.record->Outcome(static_cast<size_t>(found - names.begin()),
                                  cell);
}

const OutcomeTest* FindTest(const std::vector<OutcomeTest>& tests,
                            const std::string& observation) {
  const auto found = std::find_if(
      tests.begin(), tests.end(),
      [&](const OutcomeTest& test) { return test.observation == observation; });
  return found == tests.end() ? nullptr : &*found;
}

// A setting that both hosts have explains no difference between them. Of
// kernels that is not so: of two that a range names, one may have a backport.
bool IsTheSameOnBoth(const Cause& cause, const Facts& one, const Facts& other) {
  return cause.kernels.empty() && JudgeGiven(cause, one) == GivenIs::kMet &&
         JudgeGiven(cause, other) == GivenIs::kMet;
}

// The cause names the other host's kernel, and not that of the one which looks
// like it: it is something else.
bool IsOfTheOther(const Cause& cause, const Facts& own, const Facts& other) {
  return !NamesKernel(cause, KernelVersionOf(own)) &&
         NamesKernel(cause, KernelVersionOf(other));
}

bool SpeaksOf(const Cause& cause, absl::string_view plan) {
  return std::any_of(
      cause.symptoms.begin(), cause.symptoms.end(),
      [&](const Symptom& one) { return one.match.MatchesPlan(plan); });
}

// A cell with the host that may show a cause and, in a comparison, the other.
struct Suspect {
  uint32_t cell = 0;  // the left program's
  absl::Span<const uint16_t> coordinate;
  uint32_t own_cell = 0;
  uint32_t other_cell = kNoCell;
};

// What one host shows of one cause.
class Examiner {
 public:
  Examiner(const Cause& cause, absl::string_view plan, const Program& program,
           const HostEvidence& host, const HostEvidence* other)
      : cause_(cause),
        plan_(plan),
        program_(program),
        host_(host),
        other_(other),
        given_unknown_(JudgeGiven(cause, *host.facts) == GivenIs::kUnknown) {}

  // A fact that is not known leaves symptoms by globs too loose to name.
  bool Speaks(const Symptom& symptom) const {
    return !given_unknown_ ||
           std::all_of(symptom.shows.begin(), symptom.shows.end(),
                       [](const OutcomeTest& test) {
                         return test.NamesOneObservation();
                       });
  }

  void Look(const Suspect& suspect) {
    bool asked = false;
    bool shown = false;
    for (const Symptom& symptom : cause_.symptoms) {
      if (!Speaks(symptom) || !symptom.match.MatchesPlan(plan_) ||
          !symptom.match.MatchesCell(program_, suspect.coordinate)) {
        continue;
      }
      asked = true;
      shown |= Shows(symptom, suspect);
    }
    match_.of += asked;
    if (shown) match_.cells.push_back(suspect.cell);
  }

  CauseMatch Take(Side side) && {
    match_.cause = &cause_;
    match_.side = side;
    match_.kernel = KernelVersionOf(*host_.facts);
    match_.kernel_named = NamesKernel(cause_, match_.kernel);
    match_.given_unknown = given_unknown_;
    return std::move(match_);
  }

 private:
  bool Shows(const Symptom& symptom, const Suspect& suspect) const {
    return other_ == nullptr ? ShowsAlone(symptom, suspect.own_cell)
                             : ShowsBesideTheOther(symptom, suspect);
  }

  bool ShowsAlone(const Symptom& symptom, uint32_t cell) const {
    return std::all_of(
        symptom.shows.begin(), symptom.shows.end(),
        [&](const OutcomeTest& test) {
          return test.NamesOneObservation() &&
                 MatchesAny(test.outcomes,
                            OutcomeOf(*host_.observed, test.observation, cell));
        });
  }

  bool ShowsBesideTheOther(const Symptom& symptom,
                           const Suspect& suspect) const {
    return std::all_of(symptom.shows.begin(), symptom.shows.end(),
                       [&](const OutcomeTest& test) {
                         return ShowsTest(symptom, test, suspect);
                       }) &&
           std::all_of(symptom.others.begin(), symptom.others.end(),
                       [&](const OutcomeTest& test) {
                         return OtherShows(test, suspect);
                       });
  }

  // One of the observations that the test means is as it says, and on the
  // other side as is said of the same one there.
  bool ShowsTest(const Symptom& symptom, const OutcomeTest& test,
                 const Suspect& suspect) const {
    const OutcomeTest* there = FindTest(symptom.others, test.observation);
    const std::vector<std::string>& names =
        host_.observed->program->observations;
    return std::any_of(names.begin(), names.end(), [&](const auto& name) {
      if (!MatchesGlob(test.observation, name)) return false;
      const absl::string_view own =
          OutcomeOf(*host_.observed, name, suspect.own_cell);
      const absl::string_view other =
          OutcomeOf(*other_->observed, name, suspect.other_cell);
      if (!MatchesAny(test.outcomes, own)) return false;
      if (there != nullptr) return MatchesAny(there->outcomes, other);
      return !symptom.others.empty() || own != other;
    });
  }

  bool OtherShows(const OutcomeTest& test, const Suspect& suspect) const {
    const std::vector<std::string>& names =
        other_->observed->program->observations;
    return std::any_of(names.begin(), names.end(), [&](const auto& name) {
      return MatchesGlob(test.observation, name) &&
             MatchesAny(test.outcomes,
                        OutcomeOf(*other_->observed, name, suspect.other_cell));
    });
  }

  const Cause& cause_;
  absl::string_view plan_;
  const Program& program_;
  const HostEvidence& host_;
  const HostEvidence* other_;
  bool given_unknown_;
  CauseMatch match_;
};

std::vector<uint32_t> Joined(const std::vector<CauseMatch>& matches,
                             bool only_sure) {
  std::vector<uint32_t> cells;
  for (const CauseMatch& match : matches) {
    if (only_sure && !match.sure()) continue;
    cells.insert(cells.end(), match.cells.begin(), match.cells.end());
  }
  std::sort(cells.begin(), cells.end());
  cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  return cells;
}

CauseMatches Finish(std::vector<CauseMatch> found) {
  const std::vector<uint32_t> explained = Joined(found, /*only_sure=*/true);
  std::erase_if(found, [&](const CauseMatch& match) {
    return match.cells.empty() ||
           (!match.sure() &&
            std::includes(explained.begin(), explained.end(),
                          match.cells.begin(), match.cells.end()));
  });
  std::stable_sort(found.begin(), found.end(),
                   [](const CauseMatch& a, const CauseMatch& b) {
                     return std::make_tuple(!a.sure(), b.cells.size()) <
                            std::make_tuple(!b.sure(), a.cells.size());
                   });
  CauseMatches matches;
  matches.covered = Joined(found, /*only_sure=*/false);
  matches.found = std::move(found);
  return matches;
}

}  // namespace

CauseMatches MatchComparison(absl::Span<const Cause> causes,
                             absl::string_view plan, const HostEvidence& left,
                             const HostEvidence& right,
                             const Comparison& comparison) {
  const Program& program = *left.observed->program;
  const CellSpace cells(program);
  std::vector<CauseMatch> found;
  for (const Cause& cause : causes) {
    if (!SpeaksOf(cause, plan) ||
        IsTheSameOnBoth(cause, *left.facts, *right.facts)) {
      continue;
    }
    for (const Side side : {Side::kLeft, Side::kRight}) {
      const bool is_left = side == Side::kLeft;
      const HostEvidence& host = is_left ? left : right;
      const HostEvidence& other = is_left ? right : left;
      if (JudgeGiven(cause, *host.facts) == GivenIs::kNotMet ||
          IsOfTheOther(cause, *host.facts, *other.facts)) {
        continue;
      }
      Examiner examiner(cause, plan, program, host, &other);
      for (const DifferingCell& cell : comparison.differing) {
        const std::vector<uint16_t> at = cells.Coordinate(cell.cell);
        examiner.Look({.cell = cell.cell,
                       .coordinate = at,
                       .own_cell = is_left ? cell.cell : cell.other_cell,
                       .other_cell = is_left ? cell.other_cell : cell.cell});
      }
      found.push_back(std::move(examiner).Take(side));
    }
  }
  return Finish(std::move(found));
}

CauseMatches MatchRecord(absl::Span<const Cause> causes, absl::string_view plan,
                         const HostEvidence& host) {
  const Program& program = *host.observed->program;
  const Record& record = *host.observed->record;
  const CellSpace cells(program);
  std::vector<CauseMatch> found;
  for (const Cause& cause : causes) {
    if (!SpeaksOf(cause, plan) ||
        JudgeGiven(cause, *host.facts) != GivenIs::kMet ||
        !NamesKernel(cause, KernelVersionOf(*host.facts))) {
      continue;
    }
    Examiner examiner(cause, plan, program, host, nullptr);
    for (uint32_t cell = 0; cell < record.cells(); ++cell) {
      if (record.status[cell] != CellStatus::kDone) continue;
      const std::vector<uint16_t> at = cells.Coordinate(cell);
      examiner.Look({.cell = cell, .coordinate = at, .own_cell = cell});
    }
    found.push_back(std::move(examiner).Take(Side::kLeft));
  }
  return Finish(std::move(found));
}

void CauseSummary::Add(absl::string_view plan, const CauseMatches& matches,
                       size_t looked_at) {
  looked_at_ += looked_at;
  covered_ += matches.covered.size();
  for (const CauseMatch& match : matches.found) {
    auto total = std::find_if(
        totals_.begin(), totals_.end(), [&](const CauseTotal& one) {
          return one.cause == match.cause && one.side == match.side;
        });
    if (total == totals_.end()) {
      totals_.push_back({.cause = match.cause,
                         .side = match.side,
                         .plans = {},
                         .kernel_named = match.kernel_named,
                         .kernel = match.kernel,
                         .given_unknown = match.given_unknown});
      total = std::prev(totals_.end());
    }
    total->cells += match.cells.size();
    total->of += match.of;
    total->plans.emplace_back(plan);
  }
}

std::vector<CauseTotal> CauseSummary::Totals() const {
  std::vector<CauseTotal> totals = totals_;
  std::stable_sort(totals.begin(), totals.end(),
                   [](const CauseTotal& a, const CauseTotal& b) {
                     return std::make_tuple(!a.sure(), b.cells) <
                            std::make_tuple(!b.sure(), a.cells);
                   });
  return totals;
}

}  // namespace sockdrift
