#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/divergence/render.h"
#include "core/plan/cells.h"
#include "gate/report/gate_report.h"

namespace sockdrift {
namespace {

constexpr size_t kHostsNamed = 3;

size_t PlansWhere(const Judgement& judgement, size_t PlanResult::*count) {
  std::set<std::pair<std::string, World>> plans;
  for (const PlanResult& result : judgement.results) {
    if (result.*count > 0) plans.insert({result.plan, result.world});
  }
  return plans.size();
}

std::string InPlans(const Judgement& judgement, size_t PlanResult::*count) {
  return absl::StrCat(WithCommas(judgement.Cells(count)), " of ",
                      WithCommas(judgement.compared), " compared cells, in ",
                      Counted(PlansWhere(judgement, count), "plan", "plans"));
}

}  // namespace

std::string PlanTitle(const std::string& plan, World world) {
  return absl::StrCat(plan, " (", WorldName(world), ")");
}

std::string HostName(const GateReport& report, size_t host) {
  const std::string& name = report.candidates->hosts[host].name;
  return name.empty() ? report.candidates->origins[host].from : name;
}

std::vector<std::string> HostNames(const GateReport& report,
                                   const std::vector<size_t>& hosts) {
  std::vector<std::string> names;
  for (const size_t host : hosts) names.push_back(HostName(report, host));
  return names;
}

std::string HostList(const GateReport& report,
                     const std::vector<size_t>& hosts) {
  const std::vector<std::string> names = HostNames(report, hosts);
  if (names.size() <= kHostsNamed + 1) return absl::StrJoin(names, ", ");
  return absl::StrCat(
      absl::StrJoin(names.begin(), names.begin() + kHostsNamed, ", "), " and ",
      names.size() - kHostsNamed, " more");
}

std::string Disposition(const Divergence& divergence) {
  if (divergence.Waived()) return "waived";
  return divergence.Fails() ? "fail" : "warn";
}

std::string GapKindName(Gap::Kind kind) {
  switch (kind) {
    case Gap::Kind::kTooFewHosts:
      return "too-few-hosts";
    case Gap::Kind::kNothingCompared:
      return "nothing-compared";
    case Gap::Kind::kRequiredPlan:
      return "required-plan";
    case Gap::Kind::kHostUnusable:
      return "host-unusable";
    case Gap::Kind::kPlanMissing:
      return "plan-missing";
    case Gap::Kind::kTooFewCommon:
      return "too-few-common-cells";
    case Gap::Kind::kCellsMissing:
      return "cells-missing";
  }
  return "unknown";
}

std::string GapText(const Gap& gap) {
  switch (gap.kind) {
    case Gap::Kind::kTooFewHosts:
      return absl::StrCat(
          Counted(gap.cells, "candidate host", "candidate hosts"),
          "; the rules ask for ", gap.wanted);
    case Gap::Kind::kNothingCompared:
      return "nothing was compared: no cell that counts is DONE in the "
             "baseline and in the candidate";
    case Gap::Kind::kRequiredPlan:
      return absl::StrCat("no plan was compared of those that ", gap.plan,
                          " requires");
    case Gap::Kind::kHostUnusable:
      return gap.reason;
    case Gap::Kind::kPlanMissing:
      return absl::StrCat(PlanTitle(gap.plan, gap.world),
                          ": the candidate has no record of it");
    case Gap::Kind::kTooFewCommon:
      return absl::StrCat(PlanTitle(gap.plan, gap.world), ": only ",
                          WithCommas(gap.cells), " of the baseline's ",
                          WithCommas(gap.wanted),
                          " cells are in the candidate's version of the plan");
    case Gap::Kind::kCellsMissing:
      return absl::StrCat(PlanTitle(gap.plan, gap.world), ": ",
                          Counted(gap.cells, "cell", "cells"), " ",
                          CellStatusName(gap.status),
                          gap.reason.empty() ? "" : ": ", gap.reason);
  }
  return "";
}

std::string WaiverText(const Waiver& waiver, const WaiverUse& use) {
  const std::string day = absl::FormatCivilTime(waiver.expires);
  const std::string cells =
      Counted(use.cells, "divergent cell", "divergent cells");
  const std::string whose =
      absl::StrCat(waiver.reason, " (", waiver.owner, ")");
  if (use.cells == 0) {
    return absl::StrCat("waiver ", waiver.id, " matches no divergence",
                        use.expired ? " and expired on " + day : "",
                        "; take it out: ", waiver.match.text);
  }
  if (use.expired) {
    return absl::StrCat("waiver ", waiver.id, " expired on ", day, "; ", cells,
                        " that it matches fail again: ", whose);
  }
  return absl::StrCat("waiver ", waiver.id, " until ", day, ": ", cells, ": ",
                      whose);
}

std::string Headline(const GateReport& report) {
  const Judgement& judgement = *report.judgement;
  switch (judgement.verdict) {
    case GateVerdict::kFail:
      return absl::StrCat(InPlans(judgement, &PlanResult::failing),
                          ", diverge");
    case GateVerdict::kInconclusive:
      return absl::StrCat("no failing divergence in ",
                          WithCommas(judgement.compared),
                          " compared cells, but data is missing");
    case GateVerdict::kPass:
      return absl::StrCat("no failing divergence in ",
                          WithCommas(judgement.compared), " compared cells, ",
                          Counted(PlansWhere(judgement, &PlanResult::compared),
                                  "plan", "plans"));
  }
  return "";
}

std::vector<std::string> Reasons(const GateReport& report) {
  const Judgement& judgement = *report.judgement;
  std::vector<std::string> reasons = {Headline(report)};
  for (size_t i = 0; i < judgement.waivers.size(); ++i) {
    const WaiverUse& use = judgement.waivers[i];
    if (use.expired && use.cells > 0) {
      reasons.push_back(WaiverText(report.rules->waivers[i], use));
    }
  }
  if (judgement.Cells(&PlanResult::warned) > 0) {
    reasons.push_back(absl::StrCat("warned of only: ",
                                   InPlans(judgement, &PlanResult::warned)));
  }
  if (judgement.Cells(&PlanResult::waived) > 0) {
    reasons.push_back(
        absl::StrCat("waived: ", InPlans(judgement, &PlanResult::waived)));
  }
  std::set<std::string> kinds;
  for (const Gap& gap : judgement.gaps) kinds.insert(GapKindName(gap.kind));
  reasons.insert(reasons.end(), report.notes.begin(), report.notes.end());
  if (!kinds.empty()) {
    reasons.push_back(
        absl::StrCat("missing data: ", absl::StrJoin(kinds, ", ")));
  }
  return reasons;
}

std::string ExampleOf(const Divergence& divergence, const Rule& rule) {
  const CellSpace cells(*divergence.program);
  return absl::StrCat(
      divergence.plan,
      CellName(*divergence.program, cells.Coordinate(rule.first_cell)));
}

}  // namespace sockdrift
