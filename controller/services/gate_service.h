// sockdrift.v1.GateService over gRPC: a shell around the gates' book.
#ifndef SOCKDRIFT_CONTROLLER_SERVICES_GATE_SERVICE_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_GATE_SERVICE_H_

#include <memory>

#include "controller/gates/gate_book.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace sockdrift {

// `gates` must outlive the server that the service is registered with.
std::unique_ptr<grpc::Service> MakeGateService(GateBook& gates);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_GATE_SERVICE_H_
