#include "cli/ktap.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/verdicts.h"
#include "core/divergence/render.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kHead = "KTAP version 1\n";

// In a description `#` begins a directive, and a line is its end.
std::string Plain(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"#", "＃"}, {"\n", " "}});
}

std::string Result(bool ok, size_t number, absl::string_view description,
                   absl::string_view directive = "") {
  return absl::StrCat(ok ? "ok " : "not ok ", number, " ", Plain(description),
                      directive.empty() ? "" : " # ",
                      absl::StrReplaceAll(directive, {{"\n", " "}}), "\n");
}

std::string Comment(absl::string_view text) {
  std::string lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::StrAppend(&lines, "# ", line, "\n");
  }
  return lines;
}

std::string Indented(absl::string_view document) {
  std::string lines;
  for (const absl::string_view line :
       absl::StrSplit(document, '\n', absl::SkipEmpty())) {
    absl::StrAppend(&lines, "  ", line, "\n");
  }
  return lines;
}

std::string ExpectationLines(const PlanAudit& plan, size_t i) {
  const Expectation& expectation = plan.plan.expectations[i];
  const Finding& finding = plan.findings[i];
  const std::string name = absl::StrCat(expectation.id, ": ", expectation.says);
  if (expectation.is_claim()) {
    return Result(true, i + 1,
                  absl::StrCat(name, " (a claim: ",
                               VerdictName(finding.verdict, true), ")"));
  }
  if (finding.verdict == Verdict::kNotTested) {
    return Result(true, i + 1, name, absl::StrCat("SKIP ", finding.reason));
  }
  if (finding.verdict != Verdict::kBroken) return Result(true, i + 1, name);
  const uint32_t example = finding.violated.front();
  return absl::StrCat(
      Comment(absl::StrCat(
          WithCommas(finding.violated.size()), " of ",
          Counted(finding.violated.size() + finding.satisfied.size(), "cell",
                  "cells"),
          ", such as ", FullCellName(plan.plan, example), ": ",
          WhyViolated(plan.plan.program, expectation, plan.probe.record,
                      example))),
      Result(false, i + 1, name));
}

// "10,800 cells, 10,800 DONE, 12 SKIP".
std::string CellCounts(const Record& record) {
  std::string text = Counted(record.cells(), "cell", "cells");
  for (const CellStatus status :
       {CellStatus::kDone, CellStatus::kSkip, CellStatus::kError,
        CellStatus::kUnstable, CellStatus::kMiss}) {
    const size_t count = record.CountOf(status);
    if (count == 0) continue;
    absl::StrAppend(&text, ", ", WithCommas(count), " ",
                    CellStatusName(status));
  }
  return text;
}

std::string PlanLines(const PlanAudit& plan, size_t number) {
  const Record& record = plan.probe.record;
  std::string inner(kHead);
  absl::StrAppend(&inner, "# Subtest: ", plan.plan.name, "\n1..",
                  plan.findings.size(), "\n");
  bool broken = false;
  for (size_t i = 0; i < plan.findings.size(); ++i) {
    broken |= plan.findings[i].verdict == Verdict::kBroken;
    inner += ExpectationLines(plan, i);
  }
  const bool whole = plan.probe.end == ProbeEnd::kFinished &&
                     record.CountOf(CellStatus::kError) == 0 &&
                     record.CountOf(CellStatus::kMiss) == 0;
  const bool tested = record.CountOf(CellStatus::kDone) > 0;
  const std::string counts =
      absl::StrCat(CellCounts(record), plan.probe.message.empty() ? "" : ": ",
                   plan.probe.message);
  // A plan that this kernel gives no world for is passed over, as kernel tests
  // are that miss what they need.
  const bool skipped = whole && !tested && !broken;
  return absl::StrCat(plan.findings.empty() ? "" : Indented(inner),
                      Comment(counts),
                      Result(whole && !broken, number, plan.plan.name,
                             skipped ? "SKIP no cell could be executed" : ""));
}

}  // namespace

std::string AuditKtap(const Audit& audit) {
  std::string text = absl::StrCat(kHead, "1..", audit.plans.size(), "\n");
  const auto release = audit.facts.find("kernel.release");
  text += Comment(absl::StrCat(
      audit.host,
      release == audit.facts.end() ? "" : ", kernel " + release->second,
      ", world ", WorldName(audit.world), ", genome ",
      audit.genome.ShortHex()));
  for (size_t i = 0; i < audit.plans.size(); ++i) {
    text += PlanLines(audit.plans[i], i + 1);
  }
  return text;
}

std::string KtapOf(const std::vector<KtapGroup>& groups) {
  std::string text = absl::StrCat(kHead, "1..", groups.size(), "\n");
  for (size_t i = 0; i < groups.size(); ++i) {
    const KtapGroup& group = groups[i];
    if (!group.why.empty()) text += Comment(group.why);
    text += Indented(group.document);
    const bool ok =
        group.why.empty() &&
        !absl::StrContains(absl::StrCat("\n", group.document), "\nnot ok ");
    text += Result(ok, i + 1, group.name,
                   group.document.empty() ? "SKIP it did not boot" : "");
  }
  return text;
}

}  // namespace sockdrift
