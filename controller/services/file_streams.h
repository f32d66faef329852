// Behaviour files in pieces.
#ifndef SOCKDRIFT_CONTROLLER_SERVICES_FILE_STREAMS_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_FILE_STREAMS_H_

#include <grpcpp/support/server_callback.h>

#include <string>

#include "absl/status/statusor.h"
#include "controller/analysis/fleet_analysis.h"
#include "sockdrift/v1/fleet_service.pb.h"

namespace sockdrift {

// Both own themselves until gRPC has done with them.
grpc::ServerWriteReactor<v1::ExportResponse>* StartExport(
    absl::StatusOr<std::string> file);
grpc::ServerReadReactor<v1::ImportRequest>* StartImport(
    FleetAnalysis& analysis, v1::ImportResponse* response);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_FILE_STREAMS_H_
