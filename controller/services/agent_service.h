// sockdrift.v1.AgentService over gRPC: a shell around the hub.
#ifndef SOCKDRIFT_CONTROLLER_SERVICES_AGENT_SERVICE_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_AGENT_SERVICE_H_

#include <memory>

#include "controller/sessions/hub.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace sockdrift {

// `hub` must outlive the server that the service is registered with.
std::unique_ptr<grpc::Service> MakeAgentService(Hub& hub);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_AGENT_SERVICE_H_
