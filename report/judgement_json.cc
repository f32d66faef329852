#include <algorithm>

#include "report/json.h"

namespace sockdrift {
namespace {

// On what it depends, or why nothing can be said.
std::string RemarkOf(const JudgedClaim& claim) {
  if (claim.verdict() == Verdict::kDepends) return claim.depends_on;
  return claim.verdict() == Verdict::kNotTested ? claim.why_not_tested : "";
}

std::string Verdictless(const Expectation& expectation) {
  return std::string(VerdictName(Verdict::kNotTested, expectation.is_claim()));
}

}  // namespace

Json ExpectationsJson(size_t sheet, const CompiledPlan* plan,
                      const std::vector<Judgement>& judgements) {
  Json json = Json::array();
  if (plan == nullptr) return json;
  for (size_t i = 0; i < plan->expectations.size(); ++i) {
    const Expectation& expectation = plan->expectations[i];
    Json verdicts = Json::array();
    Json violated = Json::array();
    for (const Judgement& judgement : judgements) {
      const std::vector<Finding>& findings = judgement.findings[sheet];
      if (findings.empty()) {
        verdicts.push_back(Verdictless(expectation));
        violated.push_back(Json::array());
        continue;
      }
      verdicts.push_back(
          VerdictName(findings[i].verdict, expectation.is_claim()));
      violated.push_back(expectation.is_claim()
                             ? Json::array()
                             : RowsJson(findings[i].violated));
    }
    Json claims = Json::array();
    for (const ClaimReference& claim : expectation.claims) {
      claims.push_back(claim.id);
    }
    json.push_back({{"id", expectation.id},
                    {"says", expectation.says},
                    {"source", expectation.source},
                    {"claims", std::move(claims)},
                    {"verdicts", std::move(verdicts)},
                    {"violated", std::move(violated)}});
  }
  return json;
}

Json ClaimsJson(const std::vector<Judgement>& judgements) {
  Json json = Json::array();
  const auto judged =
      std::find_if(judgements.begin(), judgements.end(),
                   [](const Judgement& one) { return !one.claims.empty(); });
  if (judged == judgements.end()) return json;
  for (const JudgedClaim& claim : judged->claims) {
    Json verdicts = Json::array();
    for (const Judgement& one : judgements) {
      const auto of_one = std::find_if(
          one.claims.begin(), one.claims.end(),
          [&](const JudgedClaim& other) { return other.id == claim.id; });
      if (of_one == one.claims.end()) {
        verdicts.push_back({{"verdict", VerdictName(Verdict::kNotTested, true)},
                            {"for", 0},
                            {"against", 0},
                            {"remark", "no plan that asks was run"}});
        continue;
      }
      verdicts.push_back({{"verdict", VerdictName(of_one->verdict(), true)},
                          {"for", of_one->in_favour},
                          {"against", of_one->against},
                          {"remark", RemarkOf(*of_one)}});
    }
    json.push_back({{"id", claim.id},
                    {"short", claim.Brief()},
                    {"says", claim.text == nullptr ? "" : claim.text->says},
                    {"origin", claim.text == nullptr ? "" : claim.text->origin},
                    {"verdicts", std::move(verdicts)}});
  }
  return json;
}

}  // namespace sockdrift
