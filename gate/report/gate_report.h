// What the gate's reports are made of: the judgement, and whose behaviours it
// is of. The same for files on one machine and for a controller's fleet.
#ifndef SOCKDRIFT_GATE_REPORT_GATE_REPORT_H_
#define SOCKDRIFT_GATE_REPORT_GATE_REPORT_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/gate/judge.h"
#include "core/plan/expectation.h"
#include "gate/report/plan_place.h"

namespace sockdrift {

// Where what a host showed comes from.
struct HostOrigin {
  std::string from;  // a file, "baseline:prod", "host:web-1"
  absl::Time taken;
  const Facts* facts = nullptr;  // null while they are not known
};

// The hosts on one side of a gate. It owns none of what it points to.
struct GateSide {
  std::vector<GateHost> hosts;
  std::vector<HostOrigin> origins;  // one a host
};

// Gives ids to the records of plans that were measured in several versions.
// To be called once, when both sides have all of their hosts. `ids` must
// outlive both.
using GateCellIds = std::map<Digest, std::vector<CellId>>;
void PrepareToMeet(GateSide& baseline, GateSide& candidates, GateCellIds& ids);

struct GateReport {
  const GateSide* baseline = nullptr;
  const GateSide* candidates = nullptr;
  const GateRules* rules = nullptr;
  std::string rules_file;  // empty: none was given
  const Judgement* judgement = nullptr;
  const PlanPlaces* places = nullptr;
  absl::Time now;
  // What else bears on the verdict, a line each: what became of running
  // divergent cells again, a baseline that is not there.
  std::vector<std::string> notes;

  const Waiver& WaiverOf(const Divergence& divergence) const {
    return rules->waivers[*divergence.waiver];
  }
};

// The exit codes of the command line: 0, 1 or 3.
int GateExitCode(GateVerdict verdict);

// The words that all reports share.
// "bind.conflict (replica)".
std::string PlanTitle(const std::string& plan, World world);
// The candidates' names, unnamed ones as where they come from.
std::string HostName(const GateReport& report, size_t host);
std::vector<std::string> HostNames(const GateReport& report,
                                   const std::vector<size_t>& hosts);
// "vm", "a, b, c and 4 more".
std::string HostList(const GateReport& report,
                     const std::vector<size_t>& hosts);
// "fail", "warn" or "waived".
std::string Disposition(const Divergence& divergence);
// "too-few-hosts", "plan-missing", "cells-missing" …
std::string GapKindName(Gap::Kind kind);
// One line: what is missing, and of which plan.
std::string GapText(const Gap& gap);
// "expired on 2026-10-01: …"; one line.
std::string WaiverText(const Waiver& waiver, const WaiverUse& use);
// One line: the verdict's reason in numbers.
std::string Headline(const GateReport& report);
// Why the verdict is what it is, a line each; never empty.
std::vector<std::string> Reasons(const GateReport& report);
// "bind.conflict[a.addr=::1]": the first cell that the rule covers.
std::string ExampleOf(const Divergence& divergence, const Rule& rule);

// How a table looks where it is shown.
struct GateTextStyle {
  size_t width = 100;
  size_t most_rules = 6;  // of one plan
  // Colours the verdict and the titles; empty: as they are.
  std::function<std::string(absl::string_view, GateVerdict)> paint_verdict;
  std::function<std::string(absl::string_view)> paint_title;
};

// The reports; each ends in a newline.
std::string GateText(const GateReport& report, const GateTextStyle& style);
std::string GateJson(const GateReport& report);      // sockdrift.gate/1
std::string GateJUnit(const GateReport& report);     // windyroad's JUnit.xsd
std::string GateSarif(const GateReport& report);     // SARIF 2.1.0
std::string GateMarkdown(const GateReport& report);  // GitHub's

// "table", "json", "junit", "sarif", "md".
const std::vector<std::string>& GateFormats();
// INVALID_ARGUMENT for a format that there is not.
absl::StatusOr<std::string> RenderGate(const std::string& format,
                                       const GateReport& report,
                                       const GateTextStyle& style);

}  // namespace sockdrift

#endif  // SOCKDRIFT_GATE_REPORT_GATE_REPORT_H_
