#include "report/claims.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/divergence/fold.h"
#include "core/divergence/render.h"

namespace sockdrift {
namespace {

using Cells = std::vector<uint32_t>;

// A rule with more conditions than this says less than the axes' names.
constexpr size_t kFewConditions = 2;
constexpr size_t kFewAxes = 3;

Cells Union(const Cells& a, const Cells& b) {
  Cells both;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(),
                 std::back_inserter(both));
  return both;
}

Cells Without(const Cells& a, const Cells& b) {
  Cells left;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(),
                      std::back_inserter(left));
  return left;
}

// Rules for the cells that speak against a claim, told apart from those that
// speak for it.
std::vector<Rule> FoldCells(const Program& program, const Cells& in_favour,
                            const Cells& against) {
  Comparison comparison;
  comparison.same_measurement = true;
  comparison.compared = Union(in_favour, against);
  comparison.common = static_cast<uint32_t>(comparison.compared.size());
  comparison.changes = {{.observation = 0, .from = "for", .to = "against"}};
  for (uint32_t cell : against) {
    comparison.differing.push_back(
        {.cell = cell, .other_cell = cell, .changes = {0}});
  }
  return Fold(program, comparison);
}

std::string RenderWhere(const std::vector<CellCondition>& conditions,
                        const Program& program) {
  return absl::StrJoin(conditions, ", ",
                       [&](std::string* out, const CellCondition& condition) {
                         out->append(RenderCondition(condition, program));
                       });
}

std::string RenderClaimRule(const Rule& rule, const Program& program) {
  std::string text = absl::StrCat(
      WithCommas(rule.cells), rule.cells == 1 ? " cell" : " cells", " where ",
      rule.where.empty() ? "anything" : RenderWhere(rule.where, program));
  for (const std::vector<CellCondition>& except : rule.except) {
    absl::StrAppend(&text, ", but not where ", RenderWhere(except, program));
  }
  return text;
}

void AddAxes(const std::vector<CellCondition>& conditions,
             std::vector<uint8_t>& axes) {
  for (const CellCondition& condition : conditions) {
    if (std::find(axes.begin(), axes.end(), condition.axis) == axes.end()) {
      axes.push_back(condition.axis);
    }
  }
}

// "only where type = stream" says the same as "not where type ≠ stream".
std::optional<CellCondition> Opposite(const std::vector<CellCondition>& where) {
  using Relation = CellCondition::Relation;
  if (where.size() != 1) return std::nullopt;
  CellCondition opposite = where[0];
  if (opposite.relation == Relation::kNotIn) {
    opposite.relation = Relation::kIn;
  } else if (opposite.relation == Relation::kDifferent) {
    opposite.relation = Relation::kSame;
  } else {
    return std::nullopt;
  }
  return opposite;
}

// "not where type = dgram", or "on type, a.reuse".
std::string InFewWords(const std::vector<Rule>& rules, const Program& program) {
  if (rules.size() == 1 && rules[0].except.empty() &&
      rules[0].where.size() <= kFewConditions && !rules[0].where.empty()) {
    const std::optional<CellCondition> opposite = Opposite(rules[0].where);
    return opposite.has_value()
               ? absl::StrCat("only where ",
                              RenderCondition(*opposite, program))
               : absl::StrCat("not where ",
                              RenderWhere(rules[0].where, program));
  }
  std::vector<uint8_t> axes;
  for (const Rule& rule : rules) {
    AddAxes(rule.where, axes);
    for (const auto& except : rule.except) AddAxes(except, axes);
  }
  std::vector<std::string> names;
  for (uint8_t axis : axes) names.push_back(program.axes[axis].name);
  const size_t left_out = names.size() - std::min(names.size(), kFewAxes);
  names.resize(names.size() - left_out);
  return absl::StrCat("on ", absl::StrJoin(names, ", "),
                      left_out == 0 ? "" : absl::StrCat(" and ", left_out));
}

// Where the claim's cells of one plan differ by their axes; empty where they
// do not.
std::string DependsWithin(const std::vector<const ClaimSource*>& sources) {
  Cells in_favour;
  Cells against;
  for (const ClaimSource* source : sources) {
    in_favour = Union(in_favour, source->in_favour);
    against = Union(against, source->against);
  }
  const Cells only_for = Without(in_favour, against);
  const Cells only_against = Without(against, in_favour);
  if (only_for.empty() || only_against.empty()) return "";
  const Program& program = sources.front()->plan.plan->program;
  return InFewWords(FoldCells(program, only_for, only_against), program);
}

std::string DependsOn(const JudgedClaim& claim) {
  std::map<const CompiledPlan*, std::vector<const ClaimSource*>> by_plan;
  for (const ClaimSource& source : claim.sources) {
    by_plan[source.plan.plan].push_back(&source);
  }
  // The plan with the most cells to tell apart tells most.
  std::string best;
  size_t most = 0;
  for (const auto& [plan, sources] : by_plan) {
    size_t cells = 0;
    for (const ClaimSource* source : sources) cells += source->against.size();
    if (cells <= most) continue;
    std::string words = DependsWithin(sources);
    if (words.empty()) continue;
    best = std::move(words);
    most = cells;
  }
  if (!best.empty()) return best;
  for (const ClaimSource& source : claim.sources) {
    if (source.against.empty()) continue;
    return absl::StrCat("not in ", source.plan.plan->name, " ",
                        source.expectation->id);
  }
  return "";
}

// What kept the cells of an expectation from being tested.
std::string WhyNoCell(const JudgedPlan& plan, const Expectation& expectation) {
  if (!plan.refused.empty()) {
    return absl::StrCat("the world is refused: ", plan.refused);
  }
  const Record& record = *plan.record;
  for (const Check& check : expectation.checks) {
    for (uint32_t cell : check.cells) {
      if (record.status[cell] == CellStatus::kDone) continue;
      return absl::StrCat(CellStatusName(record.status[cell]), ": ",
                          record.Reason(cell));
    }
  }
  return "no cell came to what it speaks of";
}

ClaimSource SourceOf(const JudgedPlan& plan, size_t index,
                     const ClaimReference& claim) {
  const Finding& finding = plan.findings[index];
  ClaimSource source;
  source.plan = plan;
  source.expectation = &plan.plan->expectations[index];
  source.negated = claim.negated;
  source.verdict = VerdictOfClaim(claim, finding.verdict);
  source.in_favour = claim.negated ? finding.violated : finding.satisfied;
  source.against = claim.negated ? finding.satisfied : finding.violated;
  if (finding.verdict != Verdict::kNotTested) return source;
  source.why_not_tested = finding.reason;
  const bool by_facts =
      !source.expectation->given.empty() &&
      finding.reason != "no cell that it speaks of was tested";
  if (!by_facts) source.why_not_tested = WhyNoCell(plan, *source.expectation);
  return source;
}

std::string WhyNotTested(const JudgedClaim& claim,
                         absl::Span<const CompiledPlan> left_out) {
  if (!claim.sources.empty()) return claim.sources.front().why_not_tested;
  for (const CompiledPlan& plan : left_out) {
    for (const Expectation& expectation : plan.expectations) {
      for (const ClaimReference& reference : expectation.claims) {
        if (reference.id == claim.id) {
          return absl::StrCat("needs --long: ", plan.name);
        }
      }
    }
  }
  return "no expectation asked it";
}

void Conclude(absl::Span<const CompiledPlan> left_out, JudgedClaim& claim) {
  for (ClaimSource& source : claim.sources) {
    claim.in_favour += source.in_favour.size();
    claim.against += source.against.size();
    if (source.in_favour.empty() || source.against.empty()) continue;
    const Program& program = source.plan.plan->program;
    for (const Rule& rule :
         FoldCells(program, source.in_favour, source.against)) {
      source.rules.push_back(RenderClaimRule(rule, program));
    }
  }
  if (claim.verdict() == Verdict::kDepends) claim.depends_on = DependsOn(claim);
  if (claim.verdict() == Verdict::kNotTested) {
    claim.why_not_tested = WhyNotTested(claim, left_out);
  }
}

}  // namespace

Verdict JudgedClaim::verdict() const {
  if (in_favour == 0 && against == 0) return Verdict::kNotTested;
  if (against == 0) return Verdict::kHolds;
  return in_favour == 0 ? Verdict::kDoesNotHold : Verdict::kDepends;
}

std::string JudgedClaim::Brief() const {
  if (text != nullptr) return text->brief;
  return sources.empty() ? "" : sources.front().expectation->says;
}

std::vector<JudgedClaim> JudgeClaims(absl::Span<const JudgedPlan> plans,
                                     const ClaimBook& book,
                                     absl::Span<const CompiledPlan> left_out) {
  std::map<std::string, JudgedClaim, ClaimOrder> claims;
  for (const auto& [id, text] : book.claims()) claims[id].text = &text;
  for (const JudgedPlan& plan : plans) {
    for (size_t i = 0; i < plan.findings.size(); ++i) {
      for (const ClaimReference& claim : plan.plan->expectations[i].claims) {
        claims[claim.id].sources.push_back(SourceOf(plan, i, claim));
      }
    }
  }
  for (const CompiledPlan& plan : left_out) {
    for (const Expectation& expectation : plan.expectations) {
      for (const ClaimReference& claim : expectation.claims) claims[claim.id];
    }
  }
  std::vector<JudgedClaim> judged;
  for (auto& [id, claim] : claims) {
    claim.id = id;
    Conclude(left_out, claim);
    judged.push_back(std::move(claim));
  }
  return judged;
}

}  // namespace sockdrift
