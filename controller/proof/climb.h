// Cells run in one world after the other on live agents, so that the first
// world in which they change names the layer.
#ifndef SOCKDRIFT_CONTROLLER_PROOF_CLIMB_H_
#define SOCKDRIFT_CONTROLLER_PROOF_CLIMB_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/analysis/fleet_analysis.h"
#include "controller/proof/bell.h"
#include "controller/proof/prove.h"
#include "controller/sessions/hub.h"
#include "sockdrift/v1/ladder.pb.h"

namespace sockdrift {

// As fleet_service.proto says of Climb. Ascending by plan. A world that an
// agent does not give is a rung with its reason.
absl::StatusOr<std::vector<v1::PlanLadder>> ClimbLadder(
    Hub& hub, FleetAnalysis& analysis, const v1::ClimbRequest& request,
    absl::Time deadline, const std::shared_ptr<Bell>& bell,
    const SayProgress& say);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_PROOF_CLIMB_H_
