// Runs the cells that diverge again on the hosts where they do, and nothing
// else: an experiment, whose results are nobody's behaviour.
#ifndef SOCKDRIFT_CONTROLLER_GATES_RUN_AGAIN_H_
#define SOCKDRIFT_CONTROLLER_GATES_RUN_AGAIN_H_

#include <atomic>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "controller/baselines/baseline_book.h"
#include "controller/gates/fleet_side.h"
#include "core/gate/judge.h"

namespace sockdrift {

// Waits for at most `timeout`, or until `stopping`. A cell that does not do the
// same again becomes UNSTABLE in the candidates' records. The answer says in
// lines what became of the cells; empty where nothing fails.
std::vector<std::string> RunFailingCellsAgain(
    FleetAnalysis& analysis, const Judgement& judgement, FleetSide& candidates,
    absl::Duration timeout, const std::atomic<bool>& stopping);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_GATES_RUN_AGAIN_H_
