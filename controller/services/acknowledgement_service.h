// sockdrift.v1.AcknowledgementService over gRPC: a shell around the analysis'
// calls.
#ifndef SOCKDRIFT_CONTROLLER_SERVICES_ACKNOWLEDGEMENT_SERVICE_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_ACKNOWLEDGEMENT_SERVICE_H_

#include <memory>

#include "controller/analysis/fleet_analysis.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace sockdrift {

// `analysis` must outlive the server that the service is registered with.
std::unique_ptr<grpc::Service> MakeAcknowledgementService(
    FleetAnalysis& analysis);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_ACKNOWLEDGEMENT_SERVICE_H_
