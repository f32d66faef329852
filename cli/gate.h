// What the gate's reports are made of: the judgement, and the behaviour files
// that it is of.
#ifndef SOCKDRIFT_CLI_GATE_H_
#define SOCKDRIFT_CLI_GATE_H_

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/plan_place.h"
#include "core/gate/judge.h"
#include "wire/behaviour_file.h"

namespace sockdrift {

// The hosts of one or several behaviour files. Not copied: `hosts` points into
// `files`.
struct GateSide {
  std::vector<std::string> paths;
  std::deque<BehaviourFile> files;
  std::vector<const HostBehaviour*> behaviours;  // one a host
  std::vector<GateHost> hosts;
  std::map<Digest, std::vector<CellId>> ids;  // of the programs that need them

  GateSide() = default;
  GateSide(const GateSide&) = delete;
  GateSide& operator=(const GateSide&) = delete;

  // Adds the hosts of a file. Errors are those of ReadBehaviourFile.
  absl::Status Read(const std::string& path);
  void Add(BehaviourFile file, const std::string& path);
};

// Gives ids to the records of plans that were measured in several versions.
// To be called once, when both sides have all of their files.
void PrepareToMeet(GateSide& baseline, GateSide& candidates);

struct GateReport {
  const GateSide* baseline = nullptr;
  const GateSide* candidates = nullptr;
  const GateRules* rules = nullptr;
  std::string rules_file;  // empty: none was given
  const Judgement* judgement = nullptr;
  const PlanPlaces* places = nullptr;
  absl::Time now;

  const Waiver& WaiverOf(const Divergence& divergence) const {
    return rules->waivers[*divergence.waiver];
  }
};

// kFine, kFindings or kCouldNotTell.
ExitCode ExitCodeOf(GateVerdict verdict);

// The words that all reports share.
// "bind.conflict (replica)".
std::string PlanTitle(const std::string& plan, World world);
// The candidates' names, unnamed ones as their file.
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

// The reports; each ends in a newline.
std::string GateText(const GateReport& report, size_t most_rules,
                     const Console& console);
std::string GateJson(const GateReport& report);      // sockdrift.gate/1
std::string GateJUnit(const GateReport& report);     // windyroad's JUnit.xsd
std::string GateSarif(const GateReport& report);     // SARIF 2.1.0
std::string GateMarkdown(const GateReport& report);  // GitHub's

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_GATE_H_
