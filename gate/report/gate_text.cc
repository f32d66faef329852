#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/divergence/render.h"
#include "gate/report/gate_causes.h"
#include "gate/report/gate_report.h"

namespace sockdrift {
namespace {

constexpr size_t kTextWidth = 100;  // where output is no terminal
constexpr size_t kGapsShown = 20;

// Lines of one screen, wrapped to its width.
class Screen {
 public:
  explicit Screen(const GateTextStyle& style)
      : style_(style), width_(std::min(style.width, kTextWidth)) {}

  void Title(absl::string_view title) {
    absl::StrAppend(
        &text_, "\n",
        style_.paint_title ? style_.paint_title(title) : std::string(title),
        "\n");
  }
  void Line(const std::string& line) {
    for (const std::string& part : Wrap(line, width_ - 2, 4)) {
      absl::StrAppend(&text_, "  ", part, "\n");
    }
  }
  void Raw(absl::string_view text) { absl::StrAppend(&text_, text); }
  size_t width() const { return width_; }
  std::string Take() && { return std::move(text_); }

 private:
  const GateTextStyle& style_;
  size_t width_;
  std::string text_;
};

std::string SideLine(absl::string_view what, const GateSide& side) {
  std::vector<std::string> hosts;
  for (size_t i = 0; i < side.hosts.size() && i < 4; ++i) {
    const HostOrigin& origin = side.origins[i];
    std::string line =
        side.hosts[i].name.empty() ? origin.from : side.hosts[i].name;
    if (origin.facts != nullptr && origin.facts->contains("kernel")) {
      absl::StrAppend(&line, ", kernel ", origin.facts->at("kernel"));
    }
    if (origin.taken > absl::UnixEpoch()) {
      absl::StrAppend(&line, ", ",
                      absl::FormatTime("%Y-%m-%d %H:%M UTC", origin.taken,
                                       absl::UTCTimeZone()));
    }
    hosts.push_back(std::move(line));
  }
  if (side.hosts.size() > hosts.size()) {
    hosts.push_back(absl::StrCat(side.hosts.size() - hosts.size(), " more"));
  }
  return absl::StrCat(what, absl::StrJoin(hosts, "; "));
}

std::string DivergenceTitle(const GateReport& report,
                            const Divergence& divergence) {
  std::string text = absl::StrCat(
      PlanTitle(divergence.plan, divergence.world), ": ",
      Counted(divergence.cells, "cell", "cells"), " on ",
      HostList(report, divergence.hosts), ", ", Disposition(divergence));
  if (divergence.waiver.has_value()) {
    absl::StrAppend(&text,
                    divergence.waiver_expired ? "; expired waiver " : " ",
                    report.WaiverOf(divergence).id);
  }
  return text;
}

void AddDivergences(const GateReport& report, size_t most_rules,
                    Screen& screen) {
  for (const Divergence& divergence : report.judgement->divergences) {
    screen.Title(DivergenceTitle(report, divergence));
    for (const std::string& line :
         CauseLinesOf(report, divergence, screen.width() - 2)) {
      screen.Raw(absl::StrCat("  ", line, "\n"));
    }
    const size_t shown = std::min(divergence.rules.size(), most_rules);
    const std::vector<Rule> rules(
        divergence.rules.begin(),
        divergence.rules.begin() + static_cast<long>(shown));
    const RenderLimits limits = {.width = screen.width() - 2,
                                 .lines = std::numeric_limits<size_t>::max()};
    for (const std::string& line :
         RenderRules(rules, *divergence.program, limits)) {
      screen.Raw(absl::StrCat("  ", line, "\n"));
    }
    if (shown == divergence.rules.size()) continue;
    screen.Line(absl::StrCat(
        "… and ",
        Counted(divergence.rules.size() - shown, "more rule", "more rules"),
        ": --rules-shown ", divergence.rules.size(), " shows them"));
  }
}

void AddGaps(const GateReport& report, Screen& screen) {
  const std::vector<Gap>& gaps = report.judgement->gaps;
  if (gaps.empty()) return;
  screen.Title("Missing data");
  for (size_t i = 0; i < gaps.size() && i < kGapsShown; ++i) {
    screen.Line(gaps[i].hosts.empty()
                    ? GapText(gaps[i])
                    : absl::StrCat(GapText(gaps[i]), " (",
                                   HostList(report, gaps[i].hosts), ")"));
  }
  if (gaps.size() > kGapsShown) {
    screen.Line(absl::StrCat("… and ", gaps.size() - kGapsShown,
                             " more: --output json has them all"));
  }
}

void AddNotes(const GateReport& report, Screen& screen) {
  const Judgement& judgement = *report.judgement;
  if (!judgement.waivers.empty()) screen.Title("Waivers");
  for (size_t i = 0; i < judgement.waivers.size(); ++i) {
    screen.Line(WaiverText(report.rules->waivers[i], judgement.waivers[i]));
  }
  if (judgement.only_candidates.empty()) return;
  screen.Title("Only in candidates");
  screen.Line(absl::StrCat(absl::StrJoin(judgement.only_candidates, ", ")));
}

}  // namespace

std::string GateText(const GateReport& report, const GateTextStyle& style) {
  const GateVerdict verdict = report.judgement->verdict;
  const absl::string_view word = GateVerdictName(verdict);
  Screen screen(style);
  screen.Raw(
      absl::StrCat(style.paint_verdict ? style.paint_verdict(word, verdict)
                                       : std::string(word),
                   "  ", report.rules->name, ": ", Headline(report), "\n"));
  const std::vector<std::string> reasons = Reasons(report);
  for (size_t i = 1; i < reasons.size(); ++i) screen.Line(reasons[i]);
  screen.Line(SideLine("baseline   ", *report.baseline));
  screen.Line(SideLine("candidate  ", *report.candidates));
  AddDivergences(report, style.most_rules, screen);
  AddGaps(report, screen);
  AddNotes(report, screen);
  return std::move(screen).Take();
}

}  // namespace sockdrift
