#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "atlas/embedded_atlas.h"
#include "cli/atlas_nearest.h"
#include "cli/audit_report.h"
#include "cli/audit_table.h"
#include "cli/ktap.h"
#include "cli/table.h"
#include "cli/verdicts.h"
#include "core/divergence/render.h"
#include "gate/causes/cause_file.h"
#include "gate/report/known_causes.h"

namespace sockdrift {
namespace {

constexpr size_t kBrokenRulesShown = 10;
constexpr size_t kReasonsShown = 10;
constexpr size_t kNotesShown = 4;
// More have a screen of their own.
constexpr size_t kClaimsShown = 20;

std::string Heading(absl::string_view text, const Console& console) {
  return absl::StrCat("\n", console.Painted(text, Paint::kBold), "\n");
}

// A line of its own, cut to the console.
std::string Line(absl::string_view text, const Console& console) {
  return absl::StrCat(CutTo(text, console.width()), "\n");
}

std::string AndMore(size_t all, size_t shown, const Console& console) {
  if (all <= shown) return "";
  return Line(absl::StrCat("  … and ", all - shown,
                           " more: --output json has them all"),
              console);
}

// Cells of one status and reason, over the plans that have them.
struct NotDoneCells {
  size_t cells = 0;
  size_t plans = 0;
  const CompiledPlan* plan = nullptr;  // the first of them
  uint32_t example = 0;                // a cell of that
  bool whole = true;                   // all cells of these plans
};

// In the order in which they are met.
using NotDoneReasons =
    std::vector<std::pair<std::pair<CellStatus, std::string>, NotDoneCells>>;

void CountNotDone(const PlanAudit& plan, NotDoneReasons& reasons) {
  const Record& record = plan.probe.record;
  // Status and reason to the number of cells and the first of them.
  std::map<std::pair<CellStatus, uint32_t>, std::pair<size_t, uint32_t>> counts;
  for (uint32_t cell = 0; cell < record.cells(); ++cell) {
    if (record.status[cell] == CellStatus::kDone) continue;
    auto& [count, first] = counts[{record.status[cell], record.reason[cell]}];
    if (count++ == 0) first = cell;
  }
  for (const auto& [why, where] : counts) {
    const std::pair key(why.first, std::string(record.Reason(where.second)));
    auto known =
        std::find_if(reasons.begin(), reasons.end(),
                     [&](const auto& one) { return one.first == key; });
    if (known == reasons.end()) {
      known = reasons.insert(
          known, {key, {.plan = &plan.plan, .example = where.second}});
    }
    known->second.cells += where.first;
    known->second.plans += 1;
    known->second.whole &= where.first == record.cells();
  }
}

// One line for each status and reason, with the cells counted: what befell all
// plans is said once.
std::string NotDone(const Audit& audit, const Console& console) {
  NotDoneReasons reasons;
  for (const PlanAudit& plan : audit.plans) CountNotDone(plan, reasons);
  if (reasons.empty()) return "";
  std::string text = Heading("Cells that are not DONE", console);
  for (size_t i = 0; i < std::min(reasons.size(), kReasonsShown); ++i) {
    const auto& [why, cells] = reasons[i];
    const std::string where =
        cells.plans == 1 ? cells.plan->name
                         : absl::StrCat(WithCommas(cells.plans), " plans");
    const std::string example =
        cells.plans > 1 && cells.whole ? cells.plan->name
        : cells.whole                  ? ""
                      : FullCellName(*cells.plan, cells.example);
    text += Line(
        absl::StrCat("  ", where, ": ", WithCommas(cells.cells), " ",
                     CellStatusName(why.first), ": ",
                     why.second.empty() ? "no reason was given" : why.second,
                     example.empty() ? "" : "  (such as ", example,
                     example.empty() ? "" : ")"),
        console);
  }
  return text + AndMore(reasons.size(), kReasonsShown, console);
}

std::string BrokenRules(const Audit& audit, const Console& console) {
  std::vector<std::string> entries;
  for (const PlanAudit& plan : audit.plans) {
    for (size_t i = 0; i < plan.findings.size(); ++i) {
      const Finding& finding = plan.findings[i];
      if (finding.verdict != Verdict::kBroken) continue;
      const Expectation& rule = plan.plan.expectations[i];
      const uint32_t example = finding.violated.front();
      const size_t tested = finding.violated.size() + finding.satisfied.size();
      entries.push_back(absl::StrCat(
          Line(absl::StrCat("  ", plan.plan.name, " ", rule.id, ": ", rule.says,
                            " [", rule.source, "]"),
               console),
          Line(absl::StrCat("    ", WithCommas(finding.violated.size()), " of ",
                            Counted(tested, "cell", "cells"), ", such as ",
                            FullCellName(plan.plan, example)),
               console),
          Line(absl::StrCat("    there ",
                            WhyViolated(plan.plan.program, rule,
                                        plan.probe.record, example)),
               console)));
    }
  }
  if (entries.empty()) return "";
  std::string text = Heading("Broken rules", console);
  for (size_t i = 0; i < std::min(entries.size(), kBrokenRulesShown); ++i) {
    text += entries[i];
  }
  return text + AndMore(entries.size(), kBrokenRulesShown, console);
}

std::string KnownCauses(const Audit& audit, const Console& console) {
  const std::vector<std::string> lines =
      CauseLinesOfHost(CausesOf(audit, BuiltInCauses()), console.width());
  return lines.empty() ? ""
                       : absl::StrCat("\n", absl::StrJoin(lines, "\n"), "\n");
}

std::string NearestText(const Audit& audit, const Console& console) {
  const std::unique_ptr<const AtlasNearest> nearest = FindNearest(audit);
  if (nearest == nullptr) return "";
  return absl::StrCat(
      "\n",
      absl::StrJoin(NearestLines(*nearest, BuiltInAtlas(), console.width()),
                    "\n"),
      "\n");
}

std::string UntestedRules(const Audit& audit, const Console& console) {
  std::vector<std::string> lines;
  for (const PlanAudit& plan : audit.plans) {
    for (size_t i = 0; i < plan.findings.size(); ++i) {
      const Expectation& rule = plan.plan.expectations[i];
      const Finding& finding = plan.findings[i];
      const bool untested = finding.verdict == Verdict::kNotTested;
      // Where no cell is DONE, that has been said already.
      const bool measured = plan.probe.record.CountOf(CellStatus::kDone) > 0;
      if (!untested || rule.is_claim() || !measured) continue;
      lines.push_back(absl::StrCat("  ", plan.plan.name, " ", rule.id, ": ",
                                   finding.reason));
    }
  }
  if (lines.empty()) return "";
  std::string text = Heading("Rules that were not tested", console);
  for (size_t i = 0; i < std::min(lines.size(), kReasonsShown); ++i) {
    text += Line(lines[i], console);
  }
  return text + AndMore(lines.size(), kReasonsShown, console);
}

// "72 cells", "30 of 32 cells, not in …", or why it was not tested.
std::string ClaimEvidence(const ClaimSummary& summary) {
  const size_t tested = summary.satisfied + summary.violated;
  switch (summary.verdict()) {
    case Verdict::kHolds:
      return Counted(tested, "cell", "cells");
    case Verdict::kDoesNotHold:
    case Verdict::kDepends:
      return absl::StrCat(WithCommas(summary.satisfied), " of ",
                          Counted(tested, "cell", "cells"));
    case Verdict::kBroken:
    case Verdict::kNotTested:
      break;
  }
  return "";
}

std::string ClaimRemark(const ClaimSummary& summary) {
  if (summary.verdict() == Verdict::kNotTested && !summary.reason.empty()) {
    return summary.reason;
  }
  if (summary.verdict() == Verdict::kDepends) {
    return absl::StrCat("not in ", summary.counterexample);
  }
  return summary.says;
}

std::string CountClaims(const ClaimSummaries& summaries,
                        const Console& console) {
  std::map<Verdict, size_t> counts;
  for (const auto& [id, summary] : summaries) ++counts[summary.verdict()];
  return "\n" + Line(absl::StrCat("Of ", summaries.size(), " claims ",
                                  counts[Verdict::kHolds], " hold, ",
                                  counts[Verdict::kDoesNotHold], " do not, ",
                                  counts[Verdict::kDepends],
                                  " depend: audit --claims shows them"),
                     console);
}

std::string Claims(const Audit& audit, const Console& console) {
  ClaimSummaries summaries;
  for (const PlanAudit& plan : audit.plans) {
    for (size_t i = 0; i < plan.findings.size(); ++i) {
      SummariseClaims(plan.plan, plan.plan.expectations[i], plan.findings[i],
                      summaries);
    }
  }
  if (summaries.empty()) return "";
  if (summaries.size() > kClaimsShown) return CountClaims(summaries, console);
  Table table({{.title = "CLAIM"},
               {.title = "VERDICT"},
               {.title = "EVIDENCE", .alignment = Alignment::kRight},
               {.title = "", .shrinks = true}});
  for (const auto& [id, summary] : summaries) {
    table.Add({id, std::string(VerdictName(summary.verdict(), true)),
               ClaimEvidence(summary), ClaimRemark(summary)});
  }
  return "\n" + table.Render(console);
}

std::string Notes(const Audit& audit, const Console& console) {
  std::set<std::string> notes;
  // What befell several plans is said once.
  std::map<std::string, std::vector<absl::string_view>> failures;
  for (const PlanAudit& plan : audit.plans) {
    notes.insert(plan.probe.notes.begin(), plan.probe.notes.end());
    if (!plan.probe.message.empty()) {
      failures[absl::StrCat(ProbeEndName(plan.probe.end), ": ",
                            plan.probe.message)]
          .push_back(plan.plan.name);
    }
  }
  for (const auto& [failure, plans] : failures) {
    notes.insert(absl::StrCat(
        plans.size() == 1 ? plans.front()
                          : absl::StrCat(WithCommas(plans.size()), " plans"),
        ": ", failure));
  }
  if (notes.empty()) return "";
  std::string text = Heading("About the world", console);
  size_t shown = 0;
  for (const std::string& note : notes) {
    if (shown++ == kNotesShown) break;
    text += Line(absl::StrCat("  ", note), console);
  }
  if (notes.size() > kNotesShown) {
    text += Line(absl::StrCat("  … and ", notes.size() - kNotesShown,
                              " more: --save keeps them all"),
                 console);
  }
  return text;
}

}  // namespace

std::string AuditText(const Audit& audit, const Console& console) {
  return absl::StrCat(
      Line(absl::StrCat(
               audit.host, ": world ", WorldName(audit.world), ", ",
               Counted(audit.plans.size(), "plan", "plans"), ", ",
               absl::StrFormat("%.1f s", absl::ToDoubleSeconds(audit.elapsed)),
               ", genome ", audit.genome.ShortHex()),
           console),
      "\n", PlanTable(audit, console), NotDone(audit, console),
      BrokenRules(audit, console), KnownCauses(audit, console),
      NearestText(audit, console), UntestedRules(audit, console),
      Claims(audit, console), Notes(audit, console));
}

std::string AuditIn(OutputFormat format, const Audit& audit,
                    const Console& console) {
  switch (format) {
    case OutputFormat::kTable:
      break;
    case OutputFormat::kJson:
      return AuditJson(audit);
    case OutputFormat::kKtap:
      return AuditKtap(audit);
  }
  return AuditText(audit, console);
}

}  // namespace sockdrift
