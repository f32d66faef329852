#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "cli/atlas_nearest.h"
#include "core/causes/render_causes.h"
#include "core/divergence/render.h"
#include "core/divergence/rule_screen.h"
#include "gate/report/known_causes.h"

namespace sockdrift {
namespace {

using Lines = std::vector<std::string>;

// An audit fits a screen.
constexpr size_t kCauseLinesShown = 3;
constexpr size_t kRuleLinesShown = 8;
constexpr size_t kIndent = 4;

absl::Span<const Likeness> Alike(const AtlasNearest& nearest) {
  return absl::MakeConstSpan(nearest.ranked).first(nearest.alike);
}

Lines CauseLinesOf(const AtlasNearest& nearest, size_t width) {
  Lines lines;
  const std::vector<CauseTotal> totals = nearest.diff.causes.Totals();
  for (const CauseTotal& total : totals) {
    if (lines.size() == kCauseLinesShown) {
      lines.push_back(absl::StrCat("  … and ", totals.size() - kCauseLinesShown,
                                   " more known causes: 'sockdrift diff ",
                                   nearest.entry.operand, " FILE' names them"));
      break;
    }
    lines.push_back(CutTo(
        absl::StrCat("  known ", total.side == Side::kRight ? "here" : "there",
                     ": ", total.cause->title, ": ",
                     Counted(total.cells, "cell", "cells"), RenderDoubt(total),
                     " (", total.cause->id, ")"),
        width));
  }
  return lines;
}

Lines RuleLinesOf(const AtlasNearest& nearest, size_t width) {
  std::vector<ScreenBlock> blocks;
  for (const PlanDiff& plan : nearest.diff.plans) {
    ScreenBlock block;
    block.name = plan.plan;
    block.heading =
        absl::StrCat(plan.plan, ": ", RenderSummary(plan.comparison));
    for (const Rule& rule : plan.rules) {
      block.rules.push_back(
          {RenderCountedRule(rule, *plan.program), rule.added});
    }
    blocks.push_back(std::move(block));
  }
  ScreenLimits limits;
  limits.width = width - 2;
  limits.lines = kRuleLinesShown;
  limits.more = absl::StrCat("diff ", nearest.entry.operand, " shows all");
  Lines lines = RenderScreen(std::move(blocks), limits);
  for (std::string& line : lines) line.insert(0, "  ");
  return lines;
}

std::string SettingsLine(const AtlasNearest& nearest) {
  if (nearest.settings.empty()) return "";
  return absl::StrCat(
      "settings rather than the kernel make that: first look at ",
      absl::StrJoin(nearest.settings, ", ",
                    [](std::string* out, const FactDiff& fact) {
                      absl::StrAppend(out, fact.fact, " = ", fact.b, " (",
                                      fact.a, " there)");
                    }),
      "; --world pristine measures without them");
}

}  // namespace

std::string RemarkOf(const AtlasNearest& nearest) {
  if (nearest.far()) {
    return nearest.settings.empty()
               ? "far from every entry"
               : absl::StrCat("far: first look at ",
                              nearest.settings.front().fact);
  }
  return nearest.kernel.namesake == nullptr
             ? ""
             : absl::StrCat("from ", nearest.kernel.namesake->entry->host, " ",
                            WithCommas(nearest.kernel.namesake->differing));
}

std::string NearestHeadline(const AtlasNearest& nearest, const Atlas& atlas) {
  return absl::StrCat("atlas: ",
                      LikenessSentence(atlas, nearest.ranked, nearest.kernel));
}

std::vector<std::string> NearestLines(const AtlasNearest& nearest,
                                      const Atlas& atlas, size_t width) {
  width = std::min(width, ScreenLimits::kScreenWidth);
  Lines lines = Wrap(NearestHeadline(nearest, atlas), width, kIndent);
  const auto append = [&](const Lines& more) {
    lines.insert(lines.end(), more.begin(), more.end());
  };
  const std::string settings = SettingsLine(nearest);
  if (!settings.empty()) {
    for (const std::string& line : Wrap(settings, width - 2, kIndent - 2)) {
      lines.push_back(absl::StrCat("  ", line));
    }
  }
  if (nearest.compared().differing == 0) return lines;
  append(CauseLinesOf(nearest, width));
  if (!nearest.far()) append(RuleLinesOf(nearest, width));
  return lines;
}

Json NearestJson(const AtlasNearest* nearest, const Atlas& atlas) {
  Json json = {{"says", ""},
               {"exact", false},
               {"far", false},
               {"compared", 0},
               {"differing", 0},
               {"nearest", Json::array()},
               {"against", ""},
               {"plans", Json::array()},
               {"known_causes", Json::array()},
               {"without_known_cause", 0},
               {"settings", Json::array()},
               {"entries", Json::array()}};
  if (nearest == nullptr) return json;
  json["says"] = NearestHeadline(*nearest, atlas);
  json["exact"] = nearest->exact();
  json["far"] = nearest->far();
  json["compared"] = nearest->first().compared;
  json["differing"] = nearest->first().differing;
  for (const Likeness& one : Alike(*nearest)) {
    json["nearest"].push_back(one.entry->host);
  }
  json["against"] = nearest->compared().entry->host;
  for (const PlanDiff& plan : nearest->diff.plans) {
    Json rules = Json::array();
    for (const Rule& rule : plan.rules) {
      rules.push_back(RenderRule(rule, *plan.program));
    }
    json["plans"].push_back({{"plan", plan.plan},
                             {"compared", plan.comparison.compared.size()},
                             {"differing", plan.comparison.differing.size()},
                             {"rules", std::move(rules)}});
  }
  json["known_causes"] = CausesJson(nearest->diff.causes, {"atlas", "host"});
  json["without_known_cause"] = nearest->diff.causes.uncovered();
  for (const FactDiff& fact : nearest->settings) {
    json["settings"].push_back(
        {{"fact", fact.fact}, {"atlas", fact.a}, {"host", fact.b}});
  }
  for (const Likeness& one : nearest->ranked) {
    json["entries"].push_back({{"entry", one.entry->host},
                               {"compared", one.compared},
                               {"differing", one.differing}});
  }
  return json;
}

}  // namespace sockdrift
