#include "core/plan/expectation.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/plan/outcome_condition.h"

namespace sockdrift {

absl::string_view VerdictName(Verdict verdict, bool is_claim) {
  switch (verdict) {
    case Verdict::kHolds:
      return "holds";
    case Verdict::kBroken:
      return "broken";
    case Verdict::kDoesNotHold:
      return "does-not-hold";
    case Verdict::kDepends:
      return "depends";
    case Verdict::kNotTested:
      return is_claim ? "not-testable" : "not-tested";
  }
  return "unknown";
}

Verdict VerdictOfClaim(const ClaimReference& claim, Verdict verdict) {
  if (!claim.negated) return verdict;
  switch (verdict) {
    case Verdict::kHolds:
      return Verdict::kDoesNotHold;
    case Verdict::kDoesNotHold:
      return Verdict::kHolds;
    case Verdict::kBroken:
    case Verdict::kDepends:
    case Verdict::kNotTested:
      break;
  }
  return verdict;
}

FactCondition ParseFactCondition(std::string fact, absl::string_view text) {
  using Relation = FactCondition::Relation;
  const std::pair<absl::string_view, Relation> relations[] = {
      {">=", Relation::kGreaterEqual}, {"<=", Relation::kLessEqual},
      {"!=", Relation::kNotEqual},     {">", Relation::kGreater},
      {"<", Relation::kLess},          {"=", Relation::kEqual},
  };
  FactCondition condition;
  condition.fact = std::move(fact);
  for (const auto& [sign, relation] : relations) {
    if (!absl::ConsumePrefix(&text, sign)) continue;
    condition.relation = relation;
    break;
  }
  condition.value = std::string(absl::StripAsciiWhitespace(text));
  return condition;
}

bool Meets(const FactCondition& condition, absl::string_view value) {
  using Relation = FactCondition::Relation;
  switch (condition.relation) {
    case Relation::kEqual:
      return value == condition.value;
    case Relation::kNotEqual:
      return value != condition.value;
    case Relation::kLess:
      return CompareVersions(value, condition.value) < 0;
    case Relation::kLessEqual:
      return CompareVersions(value, condition.value) <= 0;
    case Relation::kGreater:
      return CompareVersions(value, condition.value) > 0;
    case Relation::kGreaterEqual:
      return CompareVersions(value, condition.value) >= 0;
  }
  return false;
}

int CompareVersions(absl::string_view a, absl::string_view b) {
  const auto numbers = [](absl::string_view version) {
    const size_t end =
        std::min(version.find_first_not_of("0123456789."), version.size());
    std::vector<uint64_t> parts;
    for (absl::string_view part :
         absl::StrSplit(version.substr(0, end), '.', absl::SkipEmpty())) {
      uint64_t number = 0;
      if (!absl::SimpleAtoi(part, &number)) number = UINT64_MAX;
      parts.push_back(number);
    }
    return parts;
  };
  std::vector<uint64_t> left = numbers(a);
  std::vector<uint64_t> right = numbers(b);
  const size_t size = std::max(left.size(), right.size());
  left.resize(size);
  right.resize(size);
  for (size_t i = 0; i < size; ++i) {
    if (left[i] != right[i]) return left[i] < right[i] ? -1 : 1;
  }
  return 0;
}

Finding Evaluate(const Expectation& expectation, const Record& record,
                 const Facts& facts) {
  Finding finding;
  for (const FactCondition& condition : expectation.given) {
    const auto fact = facts.find(condition.fact);
    if (fact == facts.end()) {
      finding.reason = absl::StrCat("the fact ", condition.fact,
                                    " is not known of this host");
      return finding;
    }
    if (!Meets(condition, fact->second)) {
      finding.reason =
          absl::StrCat("given ", condition.fact, ", which is ", fact->second);
      return finding;
    }
  }
  for (const Check& check : expectation.checks) {
    for (uint32_t cell : check.cells) {
      if (record.status[cell] != CellStatus::kDone ||
          !AllMet(check.where, record, cell)) {
        continue;
      }
      (AllMet(check.expected, record, cell) ? finding.satisfied
                                            : finding.violated)
          .push_back(cell);
    }
  }
  for (std::vector<uint32_t>* cells : {&finding.satisfied, &finding.violated}) {
    std::sort(cells->begin(), cells->end());
    cells->erase(std::unique(cells->begin(), cells->end()), cells->end());
  }
  // A cell of several checks satisfies the expectation if it does so in all.
  std::erase_if(finding.satisfied, [&](uint32_t cell) {
    return std::binary_search(finding.violated.begin(), finding.violated.end(),
                              cell);
  });
  if (finding.satisfied.empty() && finding.violated.empty()) {
    finding.reason = "no cell that it speaks of was tested";
  } else if (finding.violated.empty()) {
    finding.verdict = Verdict::kHolds;
  } else if (!expectation.is_claim()) {
    finding.verdict = Verdict::kBroken;
  } else if (finding.satisfied.empty()) {
    finding.verdict = Verdict::kDoesNotHold;
  } else {
    finding.verdict = Verdict::kDepends;
  }
  return finding;
}

}  // namespace sockdrift
