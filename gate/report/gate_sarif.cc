#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/divergence/render.h"
#include "gate/report/gate_causes.h"
#include "gate/report/gate_report.h"
#include "wire/digests.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

// SARIF's rules: one a plan that has results, and one a kind of gap that is of
// no plan. Their ids and places are the same in every run, or viewers would
// take old results for new ones.
class SarifRules {
 public:
  // The properties of a result that say which rule it is of, and where.
  Json ResultOf(const std::string& id) {
    const auto [it, is_new] = index_.try_emplace(id, rules_.size());
    if (is_new) rules_.push_back(RuleOf(id));
    return {{"ruleId", id}, {"ruleIndex", it->second}};
  }
  Json Take() && { return std::move(rules_); }

 private:
  static Json RuleOf(const std::string& id) {
    return {{"id", id},
            {"shortDescription",
             {{"text", absl::StrCat("Socket calls of ", id,
                                    " answer as in the baseline")}}},
            {"defaultConfiguration", {{"level", "error"}}}};
  }

  std::map<std::string, size_t> index_;
  Json rules_ = Json::array();
};

Json Locations(const GateReport& report, const std::string& plan,
               const std::string& example) {
  Json location = Json::object();
  const auto place = report.places->find(plan);
  if (place != report.places->end()) {
    location["physicalLocation"] = {
        {"artifactLocation", {{"uri", place->second.file}}},
        {"region", {{"startLine", place->second.line}}}};
  }
  location["logicalLocations"] = Json::array(
      {{{"name", plan}, {"fullyQualifiedName", example}, {"kind", "module"}}});
  return Json::array({std::move(location)});
}

// What makes a result the same in two runs: no counts and no hosts.
std::string Fingerprint(const Divergence& divergence, const Rule& rule) {
  const Program& program = *divergence.program;
  const auto condition = [&](std::string* out, const CellCondition& one) {
    out->append(RenderCondition(one, program));
  };
  std::string bytes =
      absl::StrCat(divergence.plan, "\n", WorldName(divergence.world), "\n",
                   absl::StrJoin(rule.where, " and ", condition), "\n");
  for (const std::vector<CellCondition>& except : rule.except) {
    absl::StrAppend(&bytes, "except ",
                    absl::StrJoin(except, " and ", condition), "\n");
  }
  for (const Rule::Count& count : rule.changes) {
    absl::StrAppend(&bytes, RenderChange(count.change, program), "\n");
  }
  return Sha256(bytes).Hex();
}

Json Suppressions(const GateReport& report, const Divergence& divergence) {
  const Waiver& waiver = report.WaiverOf(divergence);
  return Json::array(
      {{{"kind", "external"},
        {"status", "accepted"},
        {"justification",
         absl::StrCat(waiver.id, ": ", waiver.reason, " (", waiver.owner,
                      ", until ", absl::FormatCivilTime(waiver.expires),
                      ")")}}});
}

// The first line is what viewers show in lists.
std::string MessageOf(const GateReport& report, const Divergence& divergence,
                      const Rule& rule, const CauseSummary& causes) {
  std::string text = RenderRule(rule, *divergence.program);
  if (divergence.waiver_expired) {
    const Waiver& waiver = report.WaiverOf(divergence);
    absl::StrAppend(&text, " (waiver ", waiver.id, " expired on ",
                    absl::FormatCivilTime(waiver.expires), ")");
  }
  for (const std::string& line : CauseLinesOf(causes, std::string::npos)) {
    absl::StrAppend(&text, "\n", line);
  }
  return text;
}

void AddDivergence(const GateReport& report, const Divergence& divergence,
                   SarifRules& rules, Json& results) {
  for (const Rule& rule : divergence.rules) {
    Json result = rules.ResultOf(divergence.plan);
    const std::string example = ExampleOf(divergence, rule);
    const bool warns =
        !divergence.Fails() && divergence.severity == Severity::kWarn;
    const CauseSummary causes = CausesOf(report, divergence, &rule);
    result["kind"] = "fail";
    result["level"] = warns ? "warning" : "error";
    result["message"] = {{"text", MessageOf(report, divergence, rule, causes)}};
    result["locations"] = Locations(report, divergence.plan, example);
    result["partialFingerprints"] = {
        {"sockdrift/v1", Fingerprint(divergence, rule)}};
    // Where some results have it all must (SARIF 2.1.0, 3.27.23).
    result["suppressions"] =
        divergence.Waived() ? Suppressions(report, divergence) : Json::array();
    result["properties"] = {{"world", std::string(WorldName(divergence.world))},
                            {"cells", rule.cells},
                            {"example", example},
                            {"hosts", HostNames(report, divergence.hosts)}};
    WriteCauses(causes, result["properties"]);
    results.push_back(std::move(result));
  }
}

// What could not be judged is no failure: its kind is `open` (3.27.9).
Json GapResult(const GateReport& report, const Gap& gap, SarifRules& rules) {
  const bool of_plan =
      report.places->contains(gap.plan) || gap.kind >= Gap::Kind::kPlanMissing;
  Json result =
      rules.ResultOf(of_plan ? gap.plan : "gate/" + GapKindName(gap.kind));
  result["kind"] = "open";
  result["level"] = "none";
  result["message"] = {{"text", GapText(gap)}};
  if (of_plan) result["locations"] = Locations(report, gap.plan, gap.plan);
  result["partialFingerprints"] = {
      {"sockdrift/v1",
       Sha256(absl::StrCat("gap\n", GapKindName(gap.kind), "\n", gap.plan, "\n",
                           WorldName(gap.world), "\n",
                           CellStatusName(gap.status), "\n", gap.reason))
           .Hex()}};
  result["suppressions"] = Json::array();
  result["properties"] = {{"hosts", HostNames(report, gap.hosts)}};
  return result;
}

}  // namespace

std::string GateSarif(const GateReport& report) {
  const Judgement& judgement = *report.judgement;
  SarifRules rules;
  Json results = Json::array();
  for (const Divergence& divergence : judgement.divergences) {
    AddDivergence(report, divergence, rules, results);
  }
  for (const Gap& gap : judgement.gaps) {
    results.push_back(GapResult(report, gap, rules));
  }
  const std::string verdict(GateVerdictName(judgement.verdict));
  Json run = {
      {"tool",
       {{"driver",
         {{"name", "sockdrift"},
          {"version", SOCKDRIFT_VERSION},
          {"rules", std::move(rules).Take()}}}}},
      {"automationDetails", {{"id", "sockdrift/" + report.rules->name + "/"}}},
      {"invocations",
       Json::array({{{"executionSuccessful", true},
                     {"exitCode", GateExitCode(judgement.verdict)},
                     {"exitCodeDescription", verdict}}})},
      {"results", std::move(results)},
      {"properties", {{"verdict", verdict}, {"reasons", Reasons(report)}}}};
  return Printed(
      {{"$schema",
        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
        "sarif-schema-2.1.0.json"},
       {"version", "2.1.0"},
       {"runs", Json::array({std::move(run)})}});
}

}  // namespace sockdrift
