#ifndef SOCKDRIFT_CONTROLLER_SERVICES_STATUS_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_STATUS_H_

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"

namespace sockdrift {

// The numbers of both are the same by definition.
inline grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      std::string(status.message()));
}

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_STATUS_H_
