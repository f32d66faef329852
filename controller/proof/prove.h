// Explanations put to the test on live agents: the suspected sysctls are set in
// fresh worlds, and the behaviour follows them or not.
#ifndef SOCKDRIFT_CONTROLLER_PROOF_PROVE_H_
#define SOCKDRIFT_CONTROLLER_PROOF_PROVE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/analysis/fleet_analysis.h"
#include "controller/proof/bell.h"
#include "controller/sessions/hub.h"

namespace sockdrift {

struct ProveOptions {
  v1::AnalysisScope scope = {};
  absl::Time deadline = {};
  // Experiments a group, one after another until one is proven.
  size_t trials = 4;
};

struct ProveResult {
  // With what was shown, now and earlier, and with what could not be tested.
  std::vector<PlanGroups> plans;
  int judged = 0;    // experiments that gave a verdict
  int untested = 0;  // explanations that could not be tested
};

// Told what is being tried, a sentence without a full stop.
using SayProgress = std::function<void(const std::string&)>;

// Tries the candidates of every group that differs from the first one, in the
// order in which they are ranked, the groups side by side where they ask the
// same of the same hosts. Verdicts are on the disk when it returns. The errors
// of FleetAnalysis::Select, and those of the store.
absl::StatusOr<ProveResult> Prove(Hub& hub, FleetAnalysis& analysis,
                                  const ProveOptions& options,
                                  const std::shared_ptr<Bell>& bell,
                                  const SayProgress& say);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_PROOF_PROVE_H_
