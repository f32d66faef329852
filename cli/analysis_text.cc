#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "atlas/embedded_atlas.h"
#include "atlas/likeness_text.h"
#include "cli/acknowledgement_report.h"
#include "cli/analysis_report.h"
#include "cli/fleet_likeness.h"
#include "cli/table.h"
#include "cli/wire_text.h"
#include "core/divergence/render.h"
#include "core/divergence/rule_screen.h"

namespace sockdrift {
namespace {

constexpr int kHostsNamed = 12;
constexpr int kCandidatesShown = 4;
constexpr int kRulesShown = 6;      // of a group
constexpr size_t kTextWidth = 100;  // where output is no terminal

// Groups are called A, B, …, AA as columns of a sheet are.
std::string GroupName(int index) {
  std::string name;
  for (int rest = index; rest >= 0; rest = rest / 26 - 1) {
    name.insert(name.begin(), static_cast<char>('A' + rest % 26));
  }
  return name;
}

int HostCount(const v1::PlanAnalysis& plan) {
  int hosts = plan.undecided_host_ids_size();
  for (const v1::BehaviourGroup& group : plan.groups()) {
    hosts += group.host_ids_size();
  }
  return hosts;
}

std::string HostNames(
    const google::protobuf::RepeatedPtrField<std::string>& hosts) {
  const int shown = std::min(hosts.size(), kHostsNamed);
  std::string names = absl::StrJoin(hosts.begin(), hosts.begin() + shown, ", ");
  if (hosts.size() > shown) {
    absl::StrAppend(&names, " and ", hosts.size() - shown, " more");
  }
  return names;
}

std::string Paragraph(absl::string_view indent, const std::string& text,
                      const Console& console) {
  const size_t width = std::min(console.width(), kTextWidth);
  const std::vector<std::string> lines =
      Wrap(text, width - indent.size(), /*indent=*/4);
  return absl::StrCat(indent, absl::StrJoin(lines, absl::StrCat("\n", indent)),
                      "\n");
}

// Which entries a group behaves like in this plan; "" where it is not known.
std::string LikeText(const v1::PlanAnalysis& plan, int group,
                     const FleetLikeness* likeness) {
  if (likeness == nullptr) return "";
  const Ranked& ranked =
      likeness->OfPlan(SpeakerOf(plan.groups(group)), plan.plan(),
                       static_cast<World>(plan.world()));
  return ranked.empty() ? ""
                        : LikenessWords(BuiltInAtlas(), ranked, KernelClaim());
}

std::string GroupsText(const v1::PlanAnalysis& plan,
                       const FleetLikeness* likeness, const Console& console) {
  std::vector<std::string> like;
  for (int i = 0; i < plan.groups_size(); ++i) {
    like.push_back(LikeText(plan, i, likeness));
  }
  const bool some_like = std::ranges::any_of(
      like, [](const std::string& text) { return !text.empty(); });
  std::vector<Column> columns = {
      {.title = "  GROUP"},
      {.title = "HOSTS", .alignment = Alignment::kRight},
      {.title = "DONE", .alignment = Alignment::kRight},
      {.title = "BEHAVIOUR"}};
  if (some_like) columns.push_back({.title = "LIKE", .shrinks = true});
  columns.push_back({.title = "", .shrinks = true});
  Table table(std::move(columns));
  for (int i = 0; i < plan.groups_size(); ++i) {
    const v1::BehaviourGroup& group = plan.groups(i);
    std::vector<TableCell> row = {
        absl::StrCat("  ", GroupName(i)),
        WithCommas(static_cast<uint64_t>(group.host_ids_size())),
        WithCommas(static_cast<uint64_t>(group.done_count())),
        ShortDigest(group.behaviour_digest())};
    if (some_like) row.emplace_back(like[static_cast<size_t>(i)]);
    row.emplace_back(HostNames(group.host_ids()));
    table.Add(std::move(row));
  }
  return table.Render(console);
}

// What the group does otherwise than the first one.
std::string RulesText(const v1::PlanAnalysis& plan, int group, int most_rules,
                      const Console& console) {
  std::string text;
  int rules = 0;
  for (const v1::DivergenceRule& rule : plan.rules()) {
    if (rule.group() != group || ++rules > most_rules) continue;
    text += Paragraph("    ", rule.text(), console);
  }
  if (rules > most_rules) {
    absl::StrAppend(&text, "    … and ",
                    Counted(static_cast<uint64_t>(rules - most_rules),
                            "more rule", "more rules"),
                    ": --rules ", rules, " shows them\n");
  }
  return text;
}

std::string CandidateText(const v1::Candidate& candidate) {
  std::string text = absl::StrCat(
      candidate.text(), "  (", candidate.group_true_count(), " of ",
      Counted(static_cast<uint64_t>(candidate.group_count()), "host", "hosts"),
      " of the group, ", candidate.other_true_count(), " of ",
      candidate.other_count(),
      candidate.first_group_only() ? " of the first group" : " others",
      candidate.tied() ? "; a tie)" : ")");
  if (!candidate.aliases().empty()) {
    absl::StrAppend(&text, "; always together with ",
                    absl::StrJoin(candidate.aliases(), ", "));
  }
  if (!candidate.advice().empty()) {
    absl::StrAppend(&text, ", not separable here: ", candidate.advice());
  }
  return text;
}

std::string CandidateLines(const v1::Candidate& candidate, bool first,
                           const Console& console) {
  const bool refuted =
      candidate.evidence().verdict() == v1::PROOF_VERDICT_REFUTED;
  std::string text = Paragraph("    ",
                               absl::StrCat(refuted ? "not     "
                                            : first ? "because "
                                                    : "or      ",
                                            CandidateText(candidate)),
                               console);
  if (candidate.has_evidence()) {
    text += Paragraph("        ", candidate.evidence().text(), console);
  }
  return text;
}

// Which facts separate the group from the others.
std::string ExplanationText(const v1::GroupExplanation& explanation,
                            bool divergent, const Console& console) {
  if (explanation.candidates().empty()) {
    return Paragraph("    ",
                     (divergent ? "unexplained: " : "not divergent: ") +
                         (explanation.reason().empty()
                              ? "no fact separates it from the others"
                              : explanation.reason()),
                     console);
  }
  std::string text;
  for (int i = 0; i < explanation.candidates_size(); ++i) {
    // What was put to the test is shown however low it ranks.
    if (i >= kCandidatesShown && !explanation.candidates(i).has_evidence()) {
      continue;
    }
    text += CandidateLines(explanation.candidates(i), i == 0, console);
  }
  return text;
}

// What is known of the cells in which the group differs.
std::string CausesText(const v1::PlanAnalysis& plan, int group,
                       const Console& console) {
  std::string text;
  for (const v1::GroupCauses& known : plan.known_causes()) {
    if (known.group() != group || known.causes().empty()) continue;
    for (const v1::KnownCause& cause : known.causes()) {
      text += Paragraph(
          "    ",
          absl::StrCat("known: ", cause.in_first_group() ? "A: " : "",
                       cause.title(), ": ",
                       Counted(static_cast<uint64_t>(cause.cell_count()),
                               "cell", "cells"),
                       cause.doubt(), " (", cause.cause(), ")"),
          console);
    }
    if (known.uncovered_cell_count() > 0) {
      absl::StrAppend(
          &text, "    without a known cause: ",
          Counted(static_cast<uint64_t>(known.uncovered_cell_count()), "cell",
                  "cells"),
          "\n");
    }
  }
  return text;
}

// "30 cells, 12 of them acknowledged".
std::string DiffersText(const v1::BehaviourGroup& group) {
  const auto cells = static_cast<uint64_t>(group.differing_cell_count());
  const auto acknowledged =
      static_cast<uint64_t>(group.acknowledged_cell_count());
  return absl::StrCat(Counted(cells, "cell", "cells"),
                      acknowledged == 0 ? ""
                      : acknowledged == cells
                          ? ", acknowledged"
                          : absl::StrCat(", ", WithCommas(acknowledged),
                                         " of them acknowledged"));
}

// Who answers for cells of the group.
std::string AcknowledgedLines(const v1::PlanAnalysis& plan, int group,
                              const Console& console) {
  std::string text;
  for (const v1::AcknowledgedDivergence& one : plan.acknowledged()) {
    if (one.group() != group) continue;
    const v1::Acknowledgement& by = one.acknowledgement();
    std::string line = AcknowledgedText(by);
    if (by.host_ids_size() < plan.groups(group).host_ids_size()) {
      absl::StrAppend(&line, "; only on ", HostNames(by.host_ids()));
    }
    text += Paragraph("    ", line, console);
  }
  return text;
}

// Each group but the first, which the others are compared with.
std::string DifferencesText(const v1::PlanAnalysis& plan, int most_rules,
                            const Console& console) {
  std::string text;
  for (int group = 1; group < plan.groups_size(); ++group) {
    absl::StrAppend(
        &text,
        console.Painted(absl::StrCat("  ", GroupName(group), " against ",
                                     GroupName(0), ":"),
                        Paint::kBold),
        " ", DiffersText(plan.groups(group)), "\n");
    text += AcknowledgedLines(plan, group, console);
    for (const v1::GroupExplanation& explanation : plan.explanations()) {
      if (explanation.group() != group) continue;
      text += ExplanationText(
          explanation, plan.groups(group).differing_cell_count() > 0, console);
    }
    text += CausesText(plan, group, console);
    text += RulesText(plan, group, most_rules, console);
  }
  return text;
}

std::string PlanText(const v1::PlanAnalysis& plan, int most_rules,
                     const FleetLikeness* likeness, const Console& console) {
  const std::string name = console.Painted(
      absl::StrCat(plan.plan(), " (", WorldText(plan.world()), ")"),
      Paint::kBold);
  std::string text;
  if (plan.groups_size() == 1 && plan.undecided_host_ids().empty()) {
    text = absl::StrCat(
        name, ": ",
        Counted(static_cast<uint64_t>(HostCount(plan)), "host", "hosts"),
        HostCount(plan) == 1 ? " measured" : " behave alike", " in ",
        Counted(static_cast<uint64_t>(plan.groups(0).done_count()), "cell",
                "cells"),
        "\n");
  } else {
    text = absl::StrCat(
        name, ": ",
        Counted(static_cast<uint64_t>(plan.groups_size()), "group", "groups"),
        " over ",
        Counted(static_cast<uint64_t>(HostCount(plan)), "host", "hosts"),
        "; they differ in ",
        WithCommas(static_cast<uint64_t>(plan.divergent_cell_count() +
                                         plan.acknowledged_cell_count())),
        " of ",
        Counted(static_cast<uint64_t>(plan.cell_count()), "cell", "cells"),
        plan.acknowledged_cell_count() == 0
            ? ""
            : absl::StrCat(", ",
                           WithCommas(static_cast<uint64_t>(
                               plan.acknowledged_cell_count())),
                           " of them acknowledged"),
        "\n", GroupsText(plan, likeness, console));
  }
  if (!plan.undecided_host_ids().empty()) {
    text += Paragraph("  ",
                      "undecided, too few cells DONE: " +
                          HostNames(plan.undecided_host_ids()),
                      console);
  }
  text += DifferencesText(plan, most_rules, console);
  for (const std::string& note : plan.notes()) {
    text += Paragraph("  ", "note: " + note, console);
  }
  for (int i = 0; i < plan.groups_size(); ++i) {
    for (const std::string& note : plan.groups(i).notes()) {
      text += Paragraph(
          "  ", absl::StrCat("note on ", GroupName(i), ": ", note), console);
    }
  }
  return text;
}

}  // namespace

std::string AnalysisText(const PlanAnalyses& plans, int most_rules,
                         const Console& console,
                         const FleetLikeness* likeness) {
  std::vector<std::string> texts;
  for (const v1::PlanAnalysis& plan : plans) {
    texts.push_back(PlanText(plan, most_rules, likeness, console));
  }
  return absl::StrJoin(texts, "\n");
}

namespace {

// All of it where that fits a screen, or rules were asked for.
std::string WholeOrScreen(const PlanAnalyses& plans, const AnalysisPrint& print,
                          const FleetLikeness* likeness,
                          const Console& console) {
  std::string whole = AnalysisText(
      plans, print.most_rules.value_or(kRulesShown), console, likeness);
  const size_t lines =
      static_cast<size_t>(std::count(whole.begin(), whole.end(), '\n'));
  if (print.most_rules.has_value() || plans.size() < 2 ||
      lines <= ScreenLimits::kScreenLines) {
    return whole;
  }
  return AnalysisScreen(plans, console, likeness);
}

}  // namespace

ExitCode PrintAnalysis(const PlanAnalyses& plans, const AnalysisPrint& print,
                       Console& console, const FleetLikeness* likeness) {
  console.Data(print.format == OutputFormat::kJson
                   ? AnalysisJson(plans, likeness)
                   : WholeOrScreen(plans, print, likeness, console));
  const ExitCode code = ExitCodeOf(plans);
  if (code == ExitCode::kCouldNotTell) {
    console.Error("nothing was measured yet: 'sockdrift run' measures");
  }
  return code;
}

ExitCode ExitCodeOf(const PlanAnalyses& plans) {
  bool measured = false;
  for (const v1::PlanAnalysis& plan : plans) {
    if (plan.divergent_cell_count() > 0) return ExitCode::kFindings;
    measured |= !plan.groups().empty();
  }
  return measured ? ExitCode::kFine : ExitCode::kCouldNotTell;
}

}  // namespace sockdrift
