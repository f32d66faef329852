// sockdrift.v1.BaselineService over gRPC: a shell around the baselines' book.
#ifndef SOCKDRIFT_CONTROLLER_SERVICES_BASELINE_SERVICE_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_BASELINE_SERVICE_H_

#include <memory>

#include "controller/baselines/baseline_book.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace sockdrift {

// `baselines` must outlive the server that the service is registered with.
std::unique_ptr<grpc::Service> MakeBaselineService(BaselineBook& baselines);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_BASELINE_SERVICE_H_
