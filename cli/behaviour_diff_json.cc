#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "cli/behaviour_diff.h"
#include "core/divergence/render.h"
#include "core/plan/cells.h"
#include "gate/report/known_causes.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

std::string CellNameOf(const PlanDiff& diff, uint32_t cell) {
  const CellSpace cells(*diff.program);
  return absl::StrCat(diff.plan,
                      CellName(*diff.program, cells.Coordinate(cell)));
}

// The known causes that each cell shows, by the cell's number.
using CausesOfCells = std::map<uint32_t, std::vector<std::string>>;

CausesOfCells CausesByCell(const PlanDiff& diff) {
  CausesOfCells causes;
  for (const CauseMatch& match : diff.causes.found) {
    for (const uint32_t cell : match.cells) {
      causes[cell].push_back(match.cause->id);
    }
  }
  return causes;
}

// Which causes the rule's cells show, and how many show none.
Json RuleJson(const Rule& rule, const PlanDiff& diff,
              const CausesOfCells& causes, const CellSpace& cells) {
  std::set<std::string> known;
  size_t unknown = 0;
  for (const DifferingCell& cell : diff.comparison.differing) {
    if (!Covers(rule, *diff.program, cells.Coordinate(cell.cell))) continue;
    const auto found = causes.find(cell.cell);
    if (found == causes.end()) {
      ++unknown;
    } else {
      known.insert(found->second.begin(), found->second.end());
    }
  }
  return {{"text", RenderRule(rule, *diff.program)},
          {"cells", rule.cells},
          {"added", rule.added},
          {"example", CellNameOf(diff, rule.first_cell)},
          {"known_causes", known},
          {"without_known_cause", unknown}};
}

Json CellsJson(const PlanDiff& diff) {
  const CellSpace cells(*diff.program);
  Json list = Json::array();
  for (const DifferingCell& cell : diff.comparison.differing) {
    Json changes = Json::array();
    for (uint32_t index : cell.changes) {
      const OutcomeChange& change = diff.comparison.changes[index];
      changes.push_back(
          {{"observation", diff.program->observations[change.observation]},
           {"a", change.from},
           {"b", change.to}});
    }
    list.push_back(
        {{"cell",
          absl::StrCat(diff.plan,
                       CellName(*diff.program, cells.Coordinate(cell.cell)))},
         {"changes", std::move(changes)}});
  }
  return list;
}

Json PlanJson(const PlanDiff& diff) {
  const Comparison& comparison = diff.comparison;
  const CellSpace cells(*diff.program);
  const CausesOfCells causes = CausesByCell(diff);
  Json rules = Json::array();
  for (const Rule& rule : diff.rules) {
    rules.push_back(RuleJson(rule, diff, causes, cells));
  }
  return {{"plan", diff.plan},
          {"world", std::string(WorldName(diff.world))},
          {"same_plan", comparison.same_measurement},
          {"compared", comparison.compared.size()},
          {"differing", comparison.differing.size()},
          {"only_a", comparison.only_left + comparison.done_left_only},
          {"only_b", comparison.only_right + comparison.done_right_only},
          {"rules", std::move(rules)},
          {"cells", CellsJson(diff)}};
}

}  // namespace

std::string DiffJson(const BehaviourDiff& diff, const DiffSide& a,
                     const DiffSide& b) {
  Json plans = Json::array();
  for (const PlanDiff& plan : diff.plans) plans.push_back(PlanJson(plan));
  Json facts = Json::array();
  for (const FactDiff& fact : diff.facts) {
    facts.push_back({{"fact", fact.fact}, {"a", fact.a}, {"b", fact.b}});
  }
  return Printed({{"schema", "sockdrift.diff/1"},
                  {"a", {{"from", a.operand}, {"host", a.behaviour().host}}},
                  {"b", {{"from", b.operand}, {"host", b.behaviour().host}}},
                  {"compared", diff.compared()},
                  {"differing", diff.differing()},
                  {"known_causes", CausesJson(diff.causes, {"a", "b"})},
                  {"without_known_cause", diff.causes.uncovered()},
                  {"plans", std::move(plans)},
                  {"only_a", diff.only_a},
                  {"only_b", diff.only_b},
                  {"facts", std::move(facts)}});
}

}  // namespace sockdrift
