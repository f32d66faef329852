#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "cli/behaviour_diff.h"
#include "cli/json.h"
#include "cli/table.h"
#include "core/divergence/render.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

constexpr size_t kTextWidth = 100;  // where output is no terminal
constexpr size_t kFactWidth = 48;
constexpr size_t kFactsShown = 40;

size_t WidthOf(const Console& console) {
  return std::min(console.width(), kTextWidth);
}

std::string CellNameOf(const PlanDiff& diff, uint32_t cell) {
  const CellSpace cells(*diff.program);
  return absl::StrCat(diff.plan,
                      CellName(*diff.program, cells.Coordinate(cell)));
}

std::string SideLine(absl::string_view letter, const DiffSide& side) {
  const HostBehaviour& host = side.behaviour();
  const auto kernel = host.facts.find("kernel");
  return absl::StrCat(
      letter, "  ", side.operand, ": ", host.host.empty() ? "?" : host.host,
      kernel == host.facts.end() ? "" : ", kernel " + kernel->second, ", ",
      absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", host.taken,
                       absl::UTCTimeZone()),
      ", ", side.file.made_by, "\n");
}

std::string CellList(const PlanDiff& diff) {
  const CellSpace cells(*diff.program);
  std::string text;
  for (const DifferingCell& cell : diff.comparison.differing) {
    const auto change = [&](std::string* out, uint32_t index) {
      out->append(RenderChange(diff.comparison.changes[index], *diff.program));
    };
    absl::StrAppend(&text, "  ", diff.plan,
                    CellName(*diff.program, cells.Coordinate(cell.cell)), "  ",
                    absl::StrJoin(cell.changes, "; ", change), "\n");
  }
  return text;
}

std::string RulesText(const PlanDiff& diff, size_t most_rules,
                      const Console& console) {
  const size_t shown = std::min(diff.rules.size(), most_rules);
  const std::vector<Rule> rules(diff.rules.begin(),
                                diff.rules.begin() + static_cast<long>(shown));
  const RenderLimits limits = {.width = WidthOf(console) - 2,
                               .lines = std::numeric_limits<size_t>::max()};
  std::string text;
  for (const std::string& line : RenderRules(rules, *diff.program, limits)) {
    absl::StrAppend(&text, "  ", line, "\n");
  }
  if (shown < diff.rules.size()) {
    absl::StrAppend(
        &text, "  … and ",
        Counted(diff.rules.size() - shown, "more rule", "more rules"),
        ": --rules ", diff.rules.size(), " shows them\n");
  }
  return text;
}

std::string PlanText(const PlanDiff& diff, const DiffPrint& print,
                     const Console& console) {
  const std::string title =
      absl::StrCat(diff.plan, " (", WorldName(diff.world), ")");
  return absl::StrCat("\n", console.Painted(title, Paint::kBold), ": ",
                      RenderSummary(diff.comparison), "\n",
                      RulesText(diff, print.most_rules, console),
                      print.list_cells ? CellList(diff) : "");
}

// All cells could be compared and none differs: there is nothing to say of it.
bool IsAlike(const PlanDiff& diff) {
  const Comparison& comparison = diff.comparison;
  return comparison.differing.empty() && !comparison.compared.empty() &&
         comparison.only_left + comparison.only_right == 0 &&
         comparison.compared.size() == comparison.common;
}

std::string AlikeText(const BehaviourDiff& diff) {
  size_t plans = 0;
  size_t cells = 0;
  for (const PlanDiff& plan : diff.plans) {
    if (!IsAlike(plan)) continue;
    ++plans;
    cells += plan.comparison.compared.size();
  }
  if (plans == 0) return "";
  return absl::StrCat("\nAlike in all cells: ", Counted(plans, "plan", "plans"),
                      ", ", Counted(cells, "cell", "cells"), "\n");
}

// A fact's value as the table shows it.
std::string Shortened(const std::string& value) {
  return value.empty() ? "-" : CutTo(value, kFactWidth);
}

std::string FactsText(const BehaviourDiff& diff, const Console& console) {
  if (diff.facts.empty()) return "\nNo fact differs.\n";
  Table table({{.title = "FACT", .shrinks = true},
               {.title = "A", .shrinks = true},
               {.title = "B", .shrinks = true}});
  // What both know first: the rest may only be hidden from one of them.
  std::vector<FactDiff> facts = diff.facts;
  std::stable_partition(facts.begin(), facts.end(), [](const FactDiff& fact) {
    return !fact.a.empty() && !fact.b.empty();
  });
  const size_t shown = std::min(facts.size(), kFactsShown);
  for (size_t i = 0; i < shown; ++i) {
    table.Add({facts[i].fact, Shortened(facts[i].a), Shortened(facts[i].b)});
  }
  std::string text = "\n" + table.Render(console);
  if (shown < diff.facts.size()) {
    absl::StrAppend(
        &text, "… and ",
        Counted(diff.facts.size() - shown, "more fact", "more facts"),
        ": --output json has them all\n");
  }
  return text;
}

std::string OnlyText(absl::string_view letter,
                     const std::vector<std::string>& titles) {
  if (titles.empty()) return "";
  return absl::StrCat("\nOnly in ", letter, ": ", absl::StrJoin(titles, ", "),
                      "\n");
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
  Json rules = Json::array();
  for (const Rule& rule : diff.rules) {
    rules.push_back({{"text", RenderRule(rule, *diff.program)},
                     {"cells", rule.cells},
                     {"example", CellNameOf(diff, rule.first_cell)}});
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

std::string DiffText(const BehaviourDiff& diff, const DiffSide& a,
                     const DiffSide& b, const DiffPrint& print,
                     const Console& console) {
  std::string text = SideLine("A", a) + SideLine("B", b);
  for (const PlanDiff& plan : diff.plans) {
    if (!IsAlike(plan)) text += PlanText(plan, print, console);
  }
  return absl::StrCat(text, AlikeText(diff), OnlyText("A", diff.only_a),
                      OnlyText("B", diff.only_b), FactsText(diff, console));
}

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
                  {"plans", std::move(plans)},
                  {"only_a", diff.only_a},
                  {"only_b", diff.only_b},
                  {"facts", std::move(facts)}});
}

}  // namespace sockdrift
