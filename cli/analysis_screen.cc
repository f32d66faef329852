// The groups of many plans on one screen: who differs, why, and the rules that
// say most. AnalysisText has every plan by itself.
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "atlas/embedded_atlas.h"
#include "atlas/likeness_text.h"
#include "cli/acknowledgement_report.h"
#include "cli/analysis_report.h"
#include "cli/fleet_likeness.h"
#include "cli/wire_text.h"
#include "core/divergence/render.h"
#include "core/divergence/rule_screen.h"

namespace sockdrift {
namespace {

constexpr size_t kPartiesShown = 4;
constexpr size_t kCausesShown = 2;  // of a party
constexpr size_t kAnsweredShown = 2;
constexpr size_t kHostsNamed = 3;

using Lines = std::vector<std::string>;

// Hosts that make a group together in some plans, and what they differ by.
struct Party {
  std::string name;
  std::string speaker;  // one of them
  size_t hosts = 0;
  uint64_t cells = 0;
  uint64_t acknowledged = 0;
  uint64_t uncovered = 0;  // cells without a known cause
  size_t plans = 0;
  std::map<std::string, size_t> reasons;   // to how many plans they explain
  std::map<std::string, uint64_t> causes;  // titles to cells
  // Who answers for them, with cells over all plans; by id.
  std::map<std::string, v1::Acknowledgement> answered;
};

std::string NameOf(const v1::BehaviourGroup& group) {
  const auto& hosts = group.host_ids();
  const size_t all = static_cast<size_t>(hosts.size());
  const size_t shown = std::min(all, kHostsNamed);
  std::string name = absl::StrJoin(
      hosts.begin(), hosts.begin() + static_cast<long>(shown), ", ");
  if (shown < all) absl::StrAppend(&name, " and ", all - shown, " more");
  return name;
}

std::string ReasonOf(const v1::PlanAnalysis& plan, int group) {
  for (const v1::GroupExplanation& explanation : plan.explanations()) {
    if (explanation.group() != group) continue;
    return explanation.candidates().empty() ? ""
                                            : explanation.candidates(0).text();
  }
  return "";
}

void AddCauses(const v1::PlanAnalysis& plan, int group, Party& party) {
  for (const v1::GroupCauses& known : plan.known_causes()) {
    if (known.group() != group) continue;
    party.uncovered += static_cast<uint64_t>(known.uncovered_cell_count());
    for (const v1::KnownCause& cause : known.causes()) {
      party.causes[absl::StrCat(cause.title(), cause.doubt())] +=
          static_cast<uint64_t>(cause.cell_count());
    }
  }
}

void AddAcknowledged(const v1::PlanAnalysis& plan, int group, Party& party) {
  party.acknowledged +=
      static_cast<uint64_t>(plan.groups(group).acknowledged_cell_count());
  for (const v1::AcknowledgedDivergence& one : plan.acknowledged()) {
    if (one.group() != group) continue;
    const v1::Acknowledgement& by = one.acknowledgement();
    const auto [it, added] = party.answered.try_emplace(by.id(), by);
    if (!added) {
      it->second.set_cell_count(it->second.cell_count() + by.cell_count());
    }
  }
}

// Most cells first.
std::vector<Party> PartiesOf(const PlanAnalyses& plans) {
  std::map<std::string, Party> parties;
  for (const v1::PlanAnalysis& plan : plans) {
    for (int i = 1; i < plan.groups_size(); ++i) {
      const v1::BehaviourGroup& group = plan.groups(i);
      Party& party = parties[absl::StrJoin(group.host_ids(), "\n")];
      party.name = NameOf(group);
      party.speaker = SpeakerOf(group);
      party.hosts = static_cast<size_t>(group.host_ids_size());
      party.cells += static_cast<uint64_t>(group.differing_cell_count());
      ++party.plans;
      const std::string reason = ReasonOf(plan, i);
      if (!reason.empty()) ++party.reasons[reason];
      AddCauses(plan, i, party);
      AddAcknowledged(plan, i, party);
    }
  }
  std::vector<Party> sorted;
  for (auto& [hosts, party] : parties) sorted.push_back(std::move(party));
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [](const Party& a, const Party& b) { return a.cells > b.cells; });
  return sorted;
}

// The keys with the highest numbers.
template <typename Number>
std::vector<std::pair<std::string, Number>> Highest(
    const std::map<std::string, Number>& numbers, size_t most) {
  std::vector<std::pair<std::string, Number>> sorted(numbers.begin(),
                                                     numbers.end());
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [](const auto& a, const auto& b) { return a.second > b.second; });
  if (sorted.size() > most) sorted.resize(most);
  return sorted;
}

// "behaves like 6.18 (…) in all …", over all plans; "" where it is not known.
std::string LikenessOf(const std::string& host, const FleetLikeness* likeness) {
  const FleetLikeness::Host* known =
      likeness == nullptr ? nullptr : likeness->Find(host);
  if (known == nullptr || known->whole.empty()) return "";
  return LikenessSentence(BuiltInAtlas(), known->whole,
                          CompareKernel(known->whole, known->kernel));
}

void AppendParty(const Party& party, const FleetLikeness* likeness,
                 size_t width, Lines& lines) {
  lines.push_back(CutTo(
      absl::StrCat(party.name, ": ", Counted(party.cells, "cell", "cells"),
                   " in ", Counted(party.plans, "plan", "plans"),
                   party.acknowledged == 0
                       ? ""
                       : absl::StrCat(", ", WithCommas(party.acknowledged),
                                      " of them acknowledged")),
      width));
  size_t shown = 0;
  for (const auto& [id, by] : party.answered) {
    if (++shown > kAnsweredShown) break;
    lines.push_back(CutTo(absl::StrCat("  ", AcknowledgedText(by)), width));
  }
  const std::string like = LikenessOf(party.speaker, likeness);
  if (!like.empty()) {
    lines.push_back(CutTo(
        absl::StrCat("  ", party.hosts == 1 ? "" : party.speaker + " ", like),
        width));
  }
  for (const auto& [reason, plans] : Highest(party.reasons, 1)) {
    lines.push_back(CutTo(absl::StrCat("  because ", reason, "  (in ",
                                       Counted(plans, "plan", "plans"), ")"),
                          width));
  }
  for (const auto& [title, cells] : Highest(party.causes, kCausesShown)) {
    lines.push_back(CutTo(
        absl::StrCat("  known: ", Counted(cells, "cell", "cells"), ": ", title),
        width));
  }
  if (!party.causes.empty() && party.uncovered > 0) {
    lines.push_back(absl::StrCat("  without a known cause: ",
                                 Counted(party.uncovered, "cell", "cells")));
  }
}

// What the parties are compared with.
std::string ComparedWith(const PlanAnalyses& plans,
                         const FleetLikeness* likeness) {
  const std::string host = MostUsualHost(plans);
  const std::string like = LikenessOf(host, likeness);
  return like.empty() ? "" : absl::StrCat("compared with: ", host, " ", like);
}

Lines PartyLines(const std::vector<Party>& parties,
                 const FleetLikeness* likeness, size_t width) {
  Lines lines;
  const size_t shown = std::min(parties.size(), kPartiesShown);
  for (size_t i = 0; i < shown; ++i) {
    AppendParty(parties[i], likeness, width, lines);
  }
  if (shown == parties.size()) return lines;
  uint64_t cells = 0;
  for (size_t i = shown; i < parties.size(); ++i) cells += parties[i].cells;
  lines.push_back(
      absl::StrCat("… and ",
                   Counted(parties.size() - shown, "more group of hosts",
                           "more groups of hosts"),
                   ": ", Counted(cells, "cell", "cells")));
  return lines;
}

std::vector<ScreenBlock> BlocksOf(const PlanAnalyses& plans) {
  std::vector<ScreenBlock> blocks;
  for (const v1::PlanAnalysis& plan : plans) {
    for (int i = 1; i < plan.groups_size(); ++i) {
      ScreenBlock block;
      block.name = absl::StrCat(plan.plan(), " (", WorldText(plan.world()),
                                "), ", NameOf(plan.groups(i)));
      block.heading = absl::StrCat(
          block.name, ": ",
          WithCommas(
              static_cast<uint64_t>(plan.groups(i).differing_cell_count())),
          " of ",
          Counted(static_cast<uint64_t>(plan.cell_count()), "cell", "cells"),
          " differ");
      for (const v1::DivergenceRule& rule : plan.rules()) {
        if (rule.group() != i) continue;
        block.rules.push_back(
            {rule.text(), static_cast<uint64_t>(rule.added_cell_count())});
      }
      blocks.push_back(std::move(block));
    }
  }
  return blocks;
}

std::string Summary(const PlanAnalyses& plans) {
  size_t differ = 0;
  uint64_t cells = 0;
  uint64_t acknowledged = 0;
  uint64_t undecided = 0;
  for (const v1::PlanAnalysis& plan : plans) {
    const auto of_plan = static_cast<uint64_t>(plan.divergent_cell_count() +
                                               plan.acknowledged_cell_count());
    differ += of_plan > 0;
    cells += of_plan;
    acknowledged += static_cast<uint64_t>(plan.acknowledged_cell_count());
    undecided += !plan.undecided_host_ids().empty();
  }
  std::string text = absl::StrCat(
      "groups differ in ", differ, " of ",
      Counted(static_cast<uint64_t>(plans.size()), "plan", "plans"), ", in ",
      Counted(cells, "cell", "cells"));
  if (acknowledged > 0) {
    absl::StrAppend(&text, ", ", WithCommas(acknowledged),
                    " of them acknowledged");
  }
  if (undecided > 0) {
    absl::StrAppend(&text, "; hosts are undecided in ",
                    Counted(undecided, "plan", "plans"));
  }
  return text;
}

}  // namespace

std::string AnalysisScreen(const PlanAnalyses& plans, const Console& console,
                           const FleetLikeness* likeness) {
  const size_t width = std::min(console.width(), ScreenLimits::kScreenWidth);
  Lines lines = {console.Painted(Summary(plans), Paint::kBold)};
  const std::string reference = ComparedWith(plans, likeness);
  if (!reference.empty()) lines.push_back(CutTo(reference, width));
  for (std::string& line : PartyLines(PartiesOf(plans), likeness, width)) {
    lines.push_back(std::move(line));
  }
  lines.emplace_back();
  ScreenLimits limits;
  limits.width = width;
  limits.lines = ScreenLimits::kScreenLines - lines.size() - 1;
  limits.more = "--plan NAME shows one";
  for (std::string& line : RenderScreen(BlocksOf(plans), limits)) {
    lines.push_back(std::move(line));
  }
  return absl::StrCat(absl::StrJoin(lines, "\n"), "\n");
}

}  // namespace sockdrift
