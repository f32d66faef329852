#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "cli/behaviour_diff.h"
#include "cli/table.h"
#include "core/divergence/fact_relevance.h"
#include "core/divergence/render.h"
#include "core/divergence/rule_screen.h"
#include "core/plan/cells.h"
#include "gate/report/known_causes.h"

namespace sockdrift {
namespace {

using Lines = std::vector<std::string>;

// Of a fact's name and of its values: together a screen's width.
constexpr size_t kFactNameWidth = 48;
constexpr size_t kFactWidth = 34;
// Without the limit of a screen, and what a screen keeps for them.
constexpr size_t kFactsShown = 40;
constexpr size_t kFactsKept = 6;
// Of plans that only one side has, and of known causes.
constexpr size_t kListLines = 2;
constexpr size_t kCauseLines = 12;

size_t WidthOf(const Console& console) {
  return std::min(console.width(), ScreenLimits::kScreenWidth);
}

std::string SideLine(absl::string_view letter, const DiffSide& side,
                     const Console& console) {
  const HostBehaviour& host = side.behaviour();
  const auto kernel = host.facts.find("kernel");
  return CutTo(
      absl::StrCat(
          letter, "  ", side.operand, ": ", host.host.empty() ? "?" : host.host,
          kernel == host.facts.end() ? "" : ", kernel " + kernel->second, ", ",
          absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", host.taken,
                           absl::UTCTimeZone()),
          ", ", side.file.made_by),
      WidthOf(console));
}

// At most so many lines, the last one ending with an ellipsis where more were
// needed.
Lines Cut(Lines lines, size_t most, size_t width) {
  if (lines.size() <= most) return lines;
  lines.resize(most);
  lines.back() = CutTo(absl::StrCat(lines.back(), " …"), width);
  return lines;
}

std::string TitleOf(const PlanDiff& diff) {
  return absl::StrCat(diff.plan, " (", WorldName(diff.world), ")");
}

void AppendCells(const PlanDiff& diff, Lines& lines) {
  const CellSpace cells(*diff.program);
  for (const DifferingCell& cell : diff.comparison.differing) {
    const auto change = [&](std::string* out, uint32_t index) {
      out->append(RenderChange(diff.comparison.changes[index], *diff.program));
    };
    lines.push_back(absl::StrCat(
        "  ", diff.plan, CellName(*diff.program, cells.Coordinate(cell.cell)),
        "  ", absl::StrJoin(cell.changes, "; ", change)));
  }
}

ScreenBlock BlockOf(const PlanDiff& diff, bool one_world) {
  ScreenBlock block;
  block.name = one_world ? diff.plan : TitleOf(diff);
  block.heading =
      absl::StrCat(TitleOf(diff), ": ", RenderSummary(diff.comparison));
  for (const Rule& rule : diff.rules) {
    block.rules.push_back({RenderCountedRule(rule, *diff.program), rule.added});
  }
  return block;
}

// What was not compared in plans where nothing differs: a line, or nothing.
Lines GapLines(const BehaviourDiff& diff, size_t width) {
  std::vector<std::string> parts;
  for (const PlanDiff& plan : diff.plans) {
    const Comparison& comparison = plan.comparison;
    const bool gap = comparison.compared.size() != comparison.common ||
                     comparison.only_left + comparison.only_right > 0;
    if (!gap || !comparison.differing.empty()) continue;
    parts.push_back(
        absl::StrCat(TitleOf(plan), ": ", RenderSummary(comparison)));
  }
  if (parts.empty()) return {};
  return Cut(Wrap(absl::StrJoin(parts, ". "), width, 2), kListLines + 1, width);
}

// Plans that were compared in all cells and are alike.
Lines AlikeLines(const BehaviourDiff& diff) {
  size_t plans = 0;
  size_t cells = 0;
  for (const PlanDiff& plan : diff.plans) {
    const Comparison& comparison = plan.comparison;
    if (!comparison.differing.empty() || comparison.compared.empty() ||
        comparison.only_left + comparison.only_right > 0 ||
        comparison.compared.size() != comparison.common) {
      continue;
    }
    ++plans;
    cells += comparison.compared.size();
  }
  if (plans == 0) return {};
  return {absl::StrCat("Alike in all cells: ", Counted(plans, "plan", "plans"),
                       ", ", Counted(cells, "cell", "cells"))};
}

Lines OnlyLines(absl::string_view letter,
                const std::vector<std::string>& titles, size_t width) {
  if (titles.empty()) return {};
  return Cut(Wrap(absl::StrCat("Only in ", letter, ", ",
                               Counted(titles.size(), "plan", "plans"), ": ",
                               absl::StrJoin(titles, ", ")),
                  width, 2),
             kListLines, width);
}

// A fact's value as the table shows it.
std::string Shortened(const std::string& value) {
  return value.empty() ? "-" : CutTo(value, kFactWidth);
}

// What both know first: the rest may only be hidden from one of them. Then
// what bears most on sockets.
std::vector<FactDiff> SortedFacts(const BehaviourDiff& diff) {
  std::vector<FactDiff> facts = diff.facts;
  const auto rank = [](const FactDiff& fact) {
    return std::make_tuple(fact.a.empty() || fact.b.empty(),
                           FindIrrelevant(fact.fact) != nullptr,
                           Remoteness(fact.fact));
  };
  std::stable_sort(facts.begin(), facts.end(),
                   [&](const FactDiff& one, const FactDiff& other) {
                     return rank(one) < rank(other);
                   });
  return facts;
}

// At most so many lines, its title included.
Lines FactLines(const BehaviourDiff& diff, size_t most,
                const Console& console) {
  if (diff.facts.empty()) return {"No fact differs."};
  const std::vector<FactDiff> facts = SortedFacts(diff);
  const bool all = facts.size() + 1 <= most;
  const size_t shown = all ? facts.size() : most > 2 ? most - 2 : 0;
  Lines lines;
  if (shown > 0) {
    Table table({{.title = "FACT", .shrinks = true},
                 {.title = "A", .shrinks = true},
                 {.title = "B", .shrinks = true}});
    for (size_t i = 0; i < shown; ++i) {
      table.Add({CutTo(facts[i].fact, kFactNameWidth), Shortened(facts[i].a),
                 Shortened(facts[i].b)});
    }
    lines = absl::StrSplit(table.Render(console), '\n', absl::SkipEmpty());
  }
  if (shown < facts.size()) {
    lines.push_back(absl::StrCat(
        "… and ", Counted(facts.size() - shown, "more fact", "more facts"),
        ": --output json has them all"));
  }
  return lines;
}

// Sections, an empty line between them.
class Screen {
 public:
  void Add(const Lines& section) {
    if (section.empty()) return;
    if (!lines_.empty()) lines_.emplace_back();
    lines_.insert(lines_.end(), section.begin(), section.end());
  }
  // Lines that it takes, with the empty one before a further section.
  size_t size() const { return lines_.size() + 1; }
  void AppendTo(Screen& other) const { other.Add(lines_); }
  std::string Text() const {
    return absl::StrCat(absl::StrJoin(lines_, "\n"), "\n");
  }

 private:
  Lines lines_;
};

Lines RulesOf(const BehaviourDiff& diff, const ScreenLimits& limits) {
  std::vector<ScreenBlock> blocks;
  const bool one_world = std::all_of(
      diff.plans.begin(), diff.plans.end(), [&](const PlanDiff& plan) {
        return plan.world == diff.plans.front().world;
      });
  for (const PlanDiff& plan : diff.plans) {
    blocks.push_back(BlockOf(plan, one_world));
  }
  return RenderScreen(std::move(blocks), limits);
}

Lines CellList(const BehaviourDiff& diff) {
  Lines lines;
  for (const PlanDiff& plan : diff.plans) AppendCells(plan, lines);
  return lines;
}

Lines Summary(const BehaviourDiff& diff, const Console& console) {
  size_t plans = 0;
  for (const PlanDiff& plan : diff.plans) {
    plans += !plan.comparison.differing.empty();
  }
  if (diff.plans.size() < 2 || plans == 0) return {};
  return {console.Painted(
      absl::StrCat(WithCommas(diff.differing()), " of ",
                   Counted(diff.compared(), "cell", "cells"), " compared ",
                   diff.differing() == 1 ? "differs" : "differ", ", in ", plans,
                   " of ", Counted(diff.plans.size(), "plan", "plans")),
      Paint::kBold)};
}

}  // namespace

std::string DiffText(const BehaviourDiff& diff, const DiffSide& a,
                     const DiffSide& b, const DiffPrint& print,
                     const Console& console) {
  const size_t width = WidthOf(console);
  const bool one_screen = print.most_rules == 0;
  Screen screen;
  screen.Add({SideLine("A", a, console), SideLine("B", b, console)});
  screen.Add(Summary(diff, console));
  screen.Add(CauseLines(diff.causes, {"A", "B"}, width,
                        one_screen ? kCauseLines : ScreenLimits::kNone));
  Screen after;
  after.Add(GapLines(diff, width));
  after.Add(AlikeLines(diff));
  after.Add(OnlyLines("A", diff.only_a, width));
  after.Add(OnlyLines("B", diff.only_b, width));

  const size_t kept = std::min(diff.facts.size() + 1, kFactsKept);
  const size_t taken = screen.size() + after.size() + kept;
  ScreenLimits limits;
  limits.width = width;
  limits.more = "--rules N shows more";
  limits.lines =
      one_screen ? ScreenLimits::kScreenLines - taken : ScreenLimits::kNone;
  if (!one_screen) limits.rules = print.most_rules;
  screen.Add(RulesOf(diff, limits));
  if (print.list_cells) screen.Add(CellList(diff));
  after.AppendTo(screen);
  const size_t left = ScreenLimits::kScreenLines -
                      std::min(ScreenLimits::kScreenLines, screen.size());
  screen.Add(FactLines(
      diff, one_screen && !print.list_cells ? left : kFactsShown, console));
  return screen.Text();
}

}  // namespace sockdrift
