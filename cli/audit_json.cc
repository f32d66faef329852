#include "atlas/embedded_atlas.h"
#include "cli/atlas_nearest.h"
#include "cli/audit_report.h"
#include "cli/verdicts.h"
#include "core/plan/cells.h"
#include "gate/causes/cause_file.h"
#include "gate/report/known_causes.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

Json CellJson(const PlanAudit& audit, const CellSpace& cells, uint32_t cell) {
  const Program& program = audit.plan.program;
  const Record& record = audit.probe.record;
  const std::vector<uint16_t> coordinate = cells.Coordinate(cell);
  Json axes = Json::object();
  for (size_t i = 0; i < program.axes.size(); ++i) {
    axes[program.axes[i].name] = program.axes[i].values[coordinate[i]];
  }
  Json outcomes = Json::object();
  for (size_t i = 0; i < program.observations.size(); ++i) {
    const absl::string_view outcome = record.Outcome(i, cell);
    if (!outcome.empty()) {
      outcomes[program.observations[i]] = std::string(outcome);
    }
  }
  return {{"axes", std::move(axes)},
          {"status", std::string(CellStatusName(record.status[cell]))},
          {"reason", std::string(record.Reason(cell))},
          {"outcomes", std::move(outcomes)}};
}

// One entry a claim, so that a claim is found by its id whichever way the
// expectation names it; one with an empty claim for a rule.
void AppendVerdicts(const Expectation& expectation, const Finding& finding,
                    Json& list) {
  if (!expectation.is_claim()) {
    list.push_back(
        {{"id", expectation.id},
         {"claim", ""},
         {"verdict", std::string(VerdictName(finding.verdict, false))}});
  }
  for (const ClaimReference& claim : expectation.claims) {
    list.push_back(
        {{"id", expectation.id},
         {"claim", claim.id},
         {"verdict", std::string(VerdictName(
                         VerdictOfClaim(claim, finding.verdict), true))}});
  }
}

Json PlanJson(const PlanAudit& audit, World world) {
  const CellSpace space(audit.plan.program);
  Json cells = Json::array();
  for (uint32_t cell = 0; cell < space.size(); ++cell) {
    cells.push_back(CellJson(audit, space, cell));
  }
  Json expectations = Json::array();
  for (size_t i = 0; i < audit.plan.expectations.size(); ++i) {
    AppendVerdicts(audit.plan.expectations[i], audit.findings[i], expectations);
  }
  return {{"plan", audit.plan.name},
          {"digest", audit.measurement.Hex()},
          {"world", std::string(WorldName(world))},
          {"behaviour", audit.behaviour.Hex()},
          {"record", audit.record.Hex()},
          {"repeats", audit.repeats},
          {"cells", std::move(cells)},
          {"expectations", std::move(expectations)}};
}

}  // namespace

std::string AuditJson(const Audit& audit) {
  Json facts = Json::object();
  for (const auto& [name, value] : audit.facts) facts[name] = value;
  Json plans = Json::array();
  for (const PlanAudit& plan : audit.plans) {
    plans.push_back(PlanJson(plan, audit.world));
  }
  return Printed(
      {{"schema", "sockdrift.audit/1"},
       {"facts", std::move(facts)},
       {"known_causes", CausesJson(CausesOf(audit, BuiltInCauses()), {})},
       {"atlas", NearestJson(FindNearest(audit).get(), BuiltInAtlas())},
       {"plans", std::move(plans)}});
}

}  // namespace sockdrift
