#include "cli/history_report.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/table.h"
#include "cli/wire_text.h"
#include "core/divergence/render.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

constexpr int kPlansShown = 5;      // of a change
constexpr int kFactsShown = 8;      // of a change
constexpr size_t kTextWidth = 100;  // where output is no terminal

std::string Count(int64_t number, absl::string_view one,
                  absl::string_view many) {
  return Counted(static_cast<uint64_t>(number), one, many);
}

std::string Line(absl::string_view indent, const std::string& text,
                 const Console& console) {
  const size_t width = std::min(console.width(), kTextWidth);
  return absl::StrCat(
      indent,
      Wrapped(text, width - indent.size(), absl::StrCat(indent, "    ")), "\n");
}

std::string More(int number, absl::string_view one, absl::string_view many,
                 absl::string_view flag) {
  return absl::StrCat("… and ", Count(number, one, many), flag);
}

std::string Value(const std::string& value) {
  return value.empty() ? "(not known)" : value;
}

std::string FactsText(const v1::HostChange& change, const Console& console) {
  if (change.facts().empty()) {
    return Line(
        "  ",
        change.other_fact_count() == 0
            ? "no fact that is known changed in this interval"
            : absl::StrCat("no fact that bears on sockets changed in "
                           "this interval; ",
                           Count(change.other_fact_count(), "other", "others"),
                           " did"),
        console);
  }
  std::vector<std::string> facts;
  for (const v1::FactChange& fact : change.facts()) {
    if (facts.size() == kFactsShown) break;
    facts.push_back(absl::StrCat(fact.name(), ": ", Value(fact.before()), " → ",
                                 Value(fact.after())));
  }
  if (change.facts_size() > kFactsShown) {
    facts.push_back(absl::StrCat(change.facts_size() - kFactsShown, " more"));
  }
  return Line("  ",
              absl::StrCat("facts that changed in the same interval: ",
                           absl::StrJoin(facts, "; ")),
              console);
}

std::string PlanText(const v1::PlanChange& plan, int most_rules,
                     const Console& console) {
  std::string what = absl::StrCat(
      plan.plan(), ": ",
      WithCommas(static_cast<uint64_t>(plan.differing_cell_count())), " of ",
      Count(plan.compared_cell_count(), "cell", "cells"), " changed");
  if (plan.lost_cell_count() > 0) {
    absl::StrAppend(&what, "; ", Count(plan.lost_cell_count(), "cell", "cells"),
                    " could no longer be tested");
  }
  if (plan.gained_cell_count() > 0) {
    absl::StrAppend(&what, "; ",
                    Count(plan.gained_cell_count(), "cell", "cells"),
                    " could be tested for the first time");
  }
  if (plan.new_version()) {
    absl::StrAppend(&what,
                    " (another version of the plan, compared in the "
                    "cells that both have)");
  }
  std::string text = Line("  ", what, console);
  const int shown = std::min(plan.rules_size(), most_rules);
  for (int i = 0; i < shown; ++i) {
    text += Line("    ", plan.rules(i).text(), console);
  }
  if (plan.rules_size() > shown) {
    text +=
        Line("    ",
             More(plan.rules_size() - shown, "more rule", "more rules",
                  absl::StrCat(": --rules ", plan.rules_size(), " shows them")),
             console);
  }
  return text;
}

std::string ChangeText(const v1::HostChange& change, int most_rules,
                       const Console& console) {
  int64_t cells = 0;
  for (const v1::PlanChange& plan : change.plans()) {
    cells += plan.differing_cell_count();
  }
  std::string text = absl::StrCat(
      console.Painted(absl::StrCat("between ", TimeText(change.previous_time()),
                                   " and ", TimeText(change.time())),
                      Paint::kBold),
      " (", WorldText(change.world()), "): ", Count(cells, "cell", "cells"),
      " in ", Count(change.plans_size(), "plan", "plans"), "\n");
  text += FactsText(change, console);
  const int shown = std::min(change.plans_size(), kPlansShown);
  for (int i = 0; i < shown; ++i) {
    text += PlanText(change.plans(i), most_rules, console);
  }
  if (change.plans_size() > shown) {
    text += Line("  ",
                 More(change.plans_size() - shown, "more plan", "more plans",
                      ": --plan NAME shows one, --output json all"),
                 console);
  }
  return text;
}

// Plans that changed; the others in one line.
std::string PlansText(const v1::HostHistory& history, const Console& console) {
  Table table({{.title = "PLAN", .shrinks = true},
               {.title = "WORLD"},
               {.title = "FIRST SEEN"},
               {.title = "AS IT IS SINCE"},
               {.title = "LAST SEEN"},
               {.title = "CHANGES", .alignment = Alignment::kRight}});
  int same = 0;
  for (const v1::PlanHistory& plan : history.plans()) {
    if (plan.change_count() == 0 && history.plans_size() > kPlansShown) {
      ++same;
      continue;
    }
    table.Add({plan.plan(), WorldText(plan.world()),
               TimeText(plan.first_seen_time()), TimeText(plan.since_time()),
               TimeText(plan.last_seen_time()),
               absl::StrCat(plan.change_count())});
  }
  std::string text = table.empty() ? "" : table.Render(console);
  if (same > 0) {
    absl::StrAppend(&text, Count(same, "plan has", "plans have"),
                    " behaved the same ever since ",
                    same == 1 ? "it was" : "they were", " first seen\n");
  }
  return text;
}

Json RulesJson(const v1::PlanChange& plan) {
  Json rules = Json::array();
  for (const v1::DivergenceRule& rule : plan.rules()) {
    rules.push_back({{"text", rule.text()},
                     {"cells", rule.cell_count()},
                     {"example", rule.example_cell()},
                     {"observation", rule.observation()},
                     {"from", rule.from_outcome()},
                     {"to", rule.to_outcome()}});
  }
  return rules;
}

Json ChangeJson(const v1::HostChange& change) {
  Json plans = Json::array();
  for (const v1::PlanChange& plan : change.plans()) {
    plans.push_back({{"plan", plan.plan()},
                     {"compared_cells", plan.compared_cell_count()},
                     {"differing_cells", plan.differing_cell_count()},
                     {"lost_cells", plan.lost_cell_count()},
                     {"gained_cells", plan.gained_cell_count()},
                     {"new_version", plan.new_version()},
                     {"rules", RulesJson(plan)}});
  }
  Json facts = Json::array();
  for (const v1::FactChange& fact : change.facts()) {
    facts.push_back({{"fact", fact.name()},
                     {"before", fact.before()},
                     {"after", fact.after()}});
  }
  return {{"after", TimeText(change.previous_time())},
          {"before", TimeText(change.time())},
          {"world", WorldText(change.world())},
          {"facts", std::move(facts)},
          {"other_facts", change.other_fact_count()},
          {"plans", std::move(plans)}};
}

}  // namespace

std::string HistoryText(const v1::HostHistory& history,
                        const HistoryPrint& print, const Console& console) {
  std::string text = absl::StrCat(
      history.host_id(), ": ",
      Count(history.changes_size(), "change", "changes"), " in ",
      Count(history.plans_size(), "plan and world", "plans and worlds"),
      "\n\n");
  const int shown = std::min(history.changes_size(), print.most_changes);
  for (int i = 0; i < shown; ++i) {
    absl::StrAppend(
        &text, ChangeText(history.changes(i), print.most_rules, console), "\n");
  }
  if (history.changes_size() > shown) {
    absl::StrAppend(&text,
                    More(history.changes_size() - shown, "earlier change",
                         "earlier changes",
                         absl::StrCat(": --changes ", history.changes_size(),
                                      " shows them")),
                    "\n\n");
  }
  return text + PlansText(history, console);
}

std::string HistoryJson(const v1::HostHistory& history) {
  Json plans = Json::array();
  for (const v1::PlanHistory& plan : history.plans()) {
    plans.push_back({{"plan", plan.plan()},
                     {"world", WorldText(plan.world())},
                     {"first_seen", TimeText(plan.first_seen_time())},
                     {"since", TimeText(plan.since_time())},
                     {"last_seen", TimeText(plan.last_seen_time())},
                     {"changes", plan.change_count()}});
  }
  Json changes = Json::array();
  for (const v1::HostChange& change : history.changes()) {
    changes.push_back(ChangeJson(change));
  }
  return Printed({{"schema", "sockdrift.history/1"},
                  {"host", history.host_id()},
                  {"plans", std::move(plans)},
                  {"changes", std::move(changes)}});
}

}  // namespace sockdrift
