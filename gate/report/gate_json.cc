#include "absl/strings/str_cat.h"
#include "core/divergence/render.h"
#include "gate/report/gate_causes.h"
#include "gate/report/gate_report.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

Json SideJson(const GateSide& side) {
  Json hosts = Json::array();
  for (size_t i = 0; i < side.hosts.size(); ++i) {
    hosts.push_back({{"host", side.hosts[i].name},
                     {"file", side.origins[i].from},
                     {"taken", TimeText(side.origins[i].taken)}});
  }
  return hosts;
}

Json ResultJson(const GateReport& report, const PlanResult& result) {
  return {{"host", HostName(report, result.host)},
          {"plan", result.plan},
          {"world", std::string(WorldName(result.world))},
          {"compared", result.compared},
          {"failing", result.failing},
          {"warned", result.warned},
          {"waived", result.waived},
          {"gone", result.gone}};
}

Json DivergenceJson(const GateReport& report, const Divergence& divergence) {
  Json rules = Json::array();
  for (const Rule& rule : divergence.rules) {
    rules.push_back({{"text", RenderRule(rule, *divergence.program)},
                     {"cells", rule.cells},
                     {"example", ExampleOf(divergence, rule)}});
  }
  Json json = {
      {"plan", divergence.plan},
      {"world", std::string(WorldName(divergence.world))},
      {"disposition", Disposition(divergence)},
      {"severity", std::string(SeverityName(divergence.severity))},
      {"waiver", divergence.waiver.has_value() ? report.WaiverOf(divergence).id
                                               : std::string()},
      {"waiver_expired", divergence.waiver_expired},
      {"cells", divergence.cells},
      {"against", report.baseline->hosts[divergence.baseline_host].name},
      {"hosts", HostNames(report, divergence.hosts)},
      {"rules", std::move(rules)}};
  WriteCauses(CausesOf(report, divergence), json);
  return json;
}

Json GapJson(const GateReport& report, const Gap& gap) {
  const bool of_plan = gap.kind >= Gap::Kind::kPlanMissing && !gap.plan.empty();
  const bool of_cells = gap.kind == Gap::Kind::kCellsMissing;
  return {{"kind", GapKindName(gap.kind)},
          {"text", GapText(gap)},
          {"plan", gap.plan},
          {"world", of_plan ? std::string(WorldName(gap.world)) : ""},
          {"status", of_cells ? std::string(CellStatusName(gap.status)) : ""},
          {"reason", gap.reason},
          {"have", gap.cells},
          {"wanted", gap.wanted},
          {"hosts", HostNames(report, gap.hosts)}};
}

Json WaiverJson(const Waiver& waiver, const WaiverUse& use) {
  return {{"id", waiver.id},
          {"match", waiver.match.text},
          {"reason", waiver.reason},
          {"owner", waiver.owner},
          {"expires", absl::FormatCivilTime(waiver.expires)},
          {"expired", use.expired},
          {"cells", use.cells}};
}

}  // namespace

std::string GateJson(const GateReport& report) {
  const Judgement& judgement = *report.judgement;
  Json results = Json::array();
  for (const PlanResult& result : judgement.results) {
    results.push_back(ResultJson(report, result));
  }
  Json divergences = Json::array();
  for (const Divergence& divergence : judgement.divergences) {
    divergences.push_back(DivergenceJson(report, divergence));
  }
  Json gaps = Json::array();
  for (const Gap& gap : judgement.gaps) gaps.push_back(GapJson(report, gap));
  Json waivers = Json::array();
  for (size_t i = 0; i < judgement.waivers.size(); ++i) {
    waivers.push_back(
        WaiverJson(report.rules->waivers[i], judgement.waivers[i]));
  }
  return Printed(
      {{"schema", "sockdrift.gate/1"},
       {"gate", report.rules->name},
       {"verdict", std::string(GateVerdictName(judgement.verdict))},
       {"ok", judgement.verdict == GateVerdict::kPass},
       {"inconclusive", judgement.verdict == GateVerdict::kInconclusive},
       {"judged", TimeText(report.now)},
       {"rules_file", report.rules_file},
       {"reasons", Reasons(report)},
       {"baseline", SideJson(*report.baseline)},
       {"candidates", SideJson(*report.candidates)},
       {"compared", judgement.compared},
       {"failing", judgement.Cells(&PlanResult::failing)},
       {"warned", judgement.Cells(&PlanResult::warned)},
       {"waived", judgement.Cells(&PlanResult::waived)},
       {"notes", report.notes},
       {"divergences", std::move(divergences)},
       {"gaps", std::move(gaps)},
       {"waivers", std::move(waivers)},
       {"plans", std::move(results)},
       {"only_candidates", judgement.only_candidates}});
}

}  // namespace sockdrift
