#include "cli/test_report.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "cli/table.h"
#include "cli/verdicts.h"
#include "core/divergence/render.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

Paint PaintOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return Paint::kGood;
    case Verdict::kBroken:
      return Paint::kBad;
    case Verdict::kNotTested:
      return Paint::kDoubtful;
    case Verdict::kDoesNotHold:
    case Verdict::kDepends:
      break;
  }
  return Paint::kNone;
}

// "rule", "claim A1, not B4".
std::string KindOf(const Expectation& expectation) {
  if (!expectation.is_claim()) return "rule";
  return absl::StrCat(
      "claim ", absl::StrJoin(expectation.claims, ", ",
                              [](std::string* out, const ClaimReference& one) {
                                absl::StrAppend(out, one.negated ? "not " : "",
                                                one.id);
                              }));
}

std::string VerdictTable(const PlanAudit& plan, const Console& console) {
  Table table({{.title = "EXPECTATION"},
               {.title = "VERDICT"},
               {.title = "FOR", .alignment = Alignment::kRight},
               {.title = "AGAINST", .alignment = Alignment::kRight},
               {.title = "KIND"},
               {.title = "", .shrinks = true}});
  for (size_t i = 0; i < plan.findings.size(); ++i) {
    const Expectation& expectation = plan.plan.expectations[i];
    const Finding& finding = plan.findings[i];
    table.Add({expectation.id,
               {std::string(VerdictName(finding.verdict, false)),
                PaintOf(finding.verdict)},
               WithCommas(finding.satisfied.size()),
               {WithCommas(finding.violated.size()),
                finding.violated.empty() ? Paint::kDim : Paint::kNone},
               KindOf(expectation),
               finding.reason});
  }
  return table.Render(console);
}

// For each expectation with cells against it: where it is written, and one of
// them.
std::string Examples(const PlanAudit& plan, const Console& console) {
  std::string text;
  for (size_t i = 0; i < plan.findings.size(); ++i) {
    const Finding& finding = plan.findings[i];
    if (finding.violated.empty()) continue;
    const Expectation& expectation = plan.plan.expectations[i];
    const uint32_t cell = finding.violated.front();
    absl::StrAppend(
        &text,
        CutTo(absl::StrCat("  ", plan.plan.file, ":", expectation.line, ": ",
                           expectation.id, ": ", expectation.says),
              console.width()),
        "\n",
        CutTo(absl::StrCat("    in ", FullCellName(plan.plan, cell)),
              console.width()),
        "\n",
        CutTo(absl::StrCat("    ", WhyViolated(plan.plan.program, expectation,
                                               plan.probe.record, cell)),
              console.width()),
        "\n");
  }
  return text;
}

// "2 ERROR: bind of a: must be ok, was EACCES (such as [type=dgram])".
std::string NotDone(const PlanAudit& plan, const Console& console) {
  const Record& record = plan.probe.record;
  std::map<std::pair<CellStatus, uint32_t>, std::vector<uint32_t>> cells;
  for (uint32_t cell = 0; cell < record.cells(); ++cell) {
    if (record.status[cell] != CellStatus::kDone) {
      cells[{record.status[cell], record.reason[cell]}].push_back(cell);
    }
  }
  std::string text;
  for (const auto& [why, which] : cells) {
    absl::StrAppend(
        &text,
        CutTo(absl::StrCat("  ", WithCommas(which.size()), " ",
                           CellStatusName(why.first), ": ",
                           record.Reason(which.front()), " (such as ",
                           FullCellName(plan.plan, which.front()), ")"),
              console.width()),
        "\n");
  }
  return text;
}

std::string PlanText(const PlanAudit& plan, const Console& console) {
  std::string heading = absl::StrCat(
      console.Painted(plan.plan.name, Paint::kBold), ": ",
      Counted(plan.probe.record.cells(), "cell", "cells"), ", ",
      absl::StrFormat("%.2f s", absl::ToDoubleSeconds(plan.probe.elapsed)));
  if (!plan.probe.message.empty()) {
    absl::StrAppend(&heading, ": ", ProbeEndName(plan.probe.end), ": ",
                    plan.probe.message);
  }
  return absl::StrCat(heading, "\n", NotDone(plan, console),
                      plan.findings.empty() ? "  no expectations\n"
                                            : VerdictTable(plan, console),
                      Examples(plan, console));
}

std::string Summary(const Audit& audit) {
  std::map<Verdict, size_t> verdicts;
  size_t cells = 0;
  size_t expectations = 0;
  for (const PlanAudit& plan : audit.plans) {
    cells += plan.probe.record.cells();
    expectations += plan.findings.size();
    for (const Finding& finding : plan.findings) ++verdicts[finding.verdict];
  }
  std::vector<std::string> parts;
  for (const auto& [verdict, count] : verdicts) {
    parts.push_back(absl::StrCat(count, " ", VerdictName(verdict, false)));
  }
  return absl::StrCat(Counted(audit.plans.size(), "plan", "plans"), ", ",
                      Counted(cells, "cell", "cells"), ", ",
                      Counted(expectations, "expectation", "expectations"),
                      parts.empty() ? "" : ": ", absl::StrJoin(parts, ", "),
                      "\n");
}

Json ExpectationJson(const PlanAudit& plan, size_t index) {
  const Expectation& expectation = plan.plan.expectations[index];
  const Finding& finding = plan.findings[index];
  Json claims = Json::array();
  for (const ClaimReference& claim : expectation.claims) {
    claims.push_back(absl::StrCat(claim.negated ? "not " : "", claim.id));
  }
  const bool against = !finding.violated.empty();
  const uint32_t cell = against ? finding.violated.front() : 0;
  return {{"id", expectation.id},
          {"line", expectation.line},
          {"says", expectation.says},
          {"source", expectation.source},
          {"claims", std::move(claims)},
          {"verdict", std::string(VerdictName(finding.verdict, false))},
          {"for", finding.satisfied.size()},
          {"against", finding.violated.size()},
          {"example", against ? FullCellName(plan.plan, cell) : ""},
          {"there", against ? WhyViolated(plan.plan.program, expectation,
                                          plan.probe.record, cell)
                            : ""},
          {"reason", finding.reason}};
}

}  // namespace

std::string TestText(const Audit& audit, const Console& console) {
  std::string text;
  for (const PlanAudit& plan : audit.plans) {
    absl::StrAppend(&text, PlanText(plan, console), "\n");
  }
  return text + Summary(audit);
}

std::string TestJson(const Audit& audit) {
  Json plans = Json::array();
  for (const PlanAudit& plan : audit.plans) {
    Json expectations = Json::array();
    for (size_t i = 0; i < plan.findings.size(); ++i) {
      expectations.push_back(ExpectationJson(plan, i));
    }
    const Record& record = plan.probe.record;
    plans.push_back({{"plan", plan.plan.name},
                     {"file", plan.plan.file},
                     {"cells", record.cells()},
                     {"done", record.CountOf(CellStatus::kDone)},
                     {"skip", record.CountOf(CellStatus::kSkip)},
                     {"error", record.CountOf(CellStatus::kError)},
                     {"unstable", record.CountOf(CellStatus::kUnstable)},
                     {"miss", record.CountOf(CellStatus::kMiss)},
                     {"seconds", absl::ToDoubleSeconds(plan.probe.elapsed)},
                     {"expectations", std::move(expectations)}});
  }
  return Printed({{"schema", "sockdrift.test/1"}, {"plans", std::move(plans)}});
}

}  // namespace sockdrift
