// A gate's verdict on hosts of the fleet.
#ifndef SOCKDRIFT_CONTROLLER_GATES_GATE_JUDGE_H_
#define SOCKDRIFT_CONTROLLER_GATES_GATE_JUDGE_H_

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/baselines/baseline_book.h"
#include "controller/gates/fleet_side.h"
#include "gate/report/gate_report.h"
#include "gate/rules/rules_file.h"

namespace sockdrift {

struct GateRequest {
  GateFile gate;                        // its `candidates` are not looked at
  std::string file;                     // in reports; may be empty
  std::vector<std::string> candidates;  // operands
  // Behaviour and baseline files beside `gate.baseline`: name and bytes.
  std::vector<std::pair<std::string, std::string>> baseline_files;
};

// A verdict with all that its reports point to.
struct JudgedGate {
  explicit JudgedGate(BaselineBook& baselines)
      : baseline(baselines), candidates(baselines) {}
  GateRules rules;
  FleetSide baseline;
  FleetSide candidates;
  GateCellIds ids;
  Judgement judgement;
  GateReport report;
};

// Judges and, where cells fail and the gate says so, runs them again and judges
// once more. INVALID_ARGUMENT, NOT_FOUND as FleetSide::Add answers. Blocks for
// up to the time that the gate gives to running again, or until `stopping`.
absl::StatusOr<std::shared_ptr<const JudgedGate>> JudgeFleet(
    BaselineBook& baselines, const GateRequest& request,
    const std::atomic<bool>& stopping);

// INCONCLUSIVE, because of what `status` says.
std::shared_ptr<const JudgedGate> CouldNotJudge(BaselineBook& baselines,
                                                const GateRequest& request,
                                                const absl::Status& status);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_GATES_GATE_JUDGE_H_
