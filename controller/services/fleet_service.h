// sockdrift.v1.FleetService over gRPC: a shell around the hub and the analysis.
#ifndef SOCKDRIFT_CONTROLLER_SERVICES_FLEET_SERVICE_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_FLEET_SERVICE_H_

#include <memory>

#include "controller/analysis/fleet_analysis.h"
#include "controller/sessions/hub.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace sockdrift {

// Both must outlive the server that the service is registered with.
std::unique_ptr<grpc::Service> MakeFleetService(Hub& hub,
                                                FleetAnalysis& analysis);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_FLEET_SERVICE_H_
