#include "cli/verdicts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/plan/cells.h"
#include "core/plan/outcome_condition.h"

namespace sockdrift {
namespace {

// Whether this check is one that judges the cell.
bool Judges(const Check& check, const Record& record, uint32_t cell) {
  return std::binary_search(check.cells.begin(), check.cells.end(), cell) &&
         AllMet(check.where, record, cell);
}

std::string Contradiction(const Program& program,
                          const OutcomeCondition& condition,
                          const Record& record, uint32_t cell) {
  const absl::string_view outcome = record.Outcome(condition.observation, cell);
  return absl::StrCat(
      program.observations[condition.observation], " is ",
      outcome.empty() ? "not observed" : outcome,
      condition.negated ? ", expected anything but " : ", expected ",
      absl::StrJoin(condition.outcomes, " or "));
}

}  // namespace

Verdict ClaimSummary::verdict() const {
  if (satisfied == 0 && violated == 0) return Verdict::kNotTested;
  if (violated == 0) return Verdict::kHolds;
  return satisfied == 0 ? Verdict::kDoesNotHold : Verdict::kDepends;
}

void SummariseClaims(const CompiledPlan& plan, const Expectation& expectation,
                     const Finding& finding, ClaimSummaries& summaries) {
  for (const ClaimReference& claim : expectation.claims) {
    ClaimSummary& summary = summaries[claim.id];
    if (summary.says.empty()) summary.says = expectation.says;
    const auto& against = claim.negated ? finding.satisfied : finding.violated;
    const auto& in_favour =
        claim.negated ? finding.violated : finding.satisfied;
    summary.satisfied += in_favour.size();
    summary.violated += against.size();
    if (summary.counterexample.empty() && !against.empty()) {
      summary.counterexample = FullCellName(plan, against.front());
    }
    if (summary.reason.empty()) summary.reason = finding.reason;
  }
}

std::string WhyViolated(const Program& program, const Expectation& expectation,
                        const Record& record, uint32_t cell) {
  for (const Check& check : expectation.checks) {
    if (!Judges(check, record, cell)) continue;
    for (const OutcomeCondition& condition : check.expected) {
      if (!IsMet(condition, record, cell)) {
        return Contradiction(program, condition, record, cell);
      }
    }
  }
  return "";
}

std::string WhatWasSeen(const Program& program, const Expectation& expectation,
                        const Record& record, uint32_t cell) {
  std::vector<std::string> seen;
  for (const Check& check : expectation.checks) {
    if (!Judges(check, record, cell)) continue;
    for (const OutcomeCondition& condition : check.expected) {
      const absl::string_view outcome =
          record.Outcome(condition.observation, cell);
      std::string text =
          absl::StrCat(program.observations[condition.observation], " is ",
                       outcome.empty() ? "not observed" : outcome);
      if (std::find(seen.begin(), seen.end(), text) == seen.end()) {
        seen.push_back(std::move(text));
      }
    }
  }
  return absl::StrJoin(seen, ", ");
}

std::string FullCellName(const CompiledPlan& plan, uint32_t cell) {
  const CellSpace cells(plan.program);
  return absl::StrCat(plan.name,
                      CellName(plan.program, cells.Coordinate(cell)));
}

}  // namespace sockdrift
