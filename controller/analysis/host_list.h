#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_HOST_LIST_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_HOST_LIST_H_

#include "absl/status/status.h"
#include "controller/analysis/fleet_analysis.h"
#include "controller/sessions/hub.h"
#include "sockdrift/v1/fleet_service.pb.h"

namespace sockdrift {

// The hosts that match, with what the analysis says of each.
absl::Status WriteHosts(Hub& hub, FleetAnalysis& analysis,
                        const v1::ListHostsRequest& request,
                        v1::ListHostsResponse& response);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_HOST_LIST_H_
