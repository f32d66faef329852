#ifndef SOCKDRIFT_CONTROLLER_SERVICES_FINISH_CALL_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_FINISH_CALL_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include "absl/status/status.h"
#include "controller/services/status.h"

namespace sockdrift {

// Ends a call whose response is written.
inline grpc::ServerUnaryReactor* FinishCall(
    grpc::CallbackServerContext* context, const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpc(status));
  return reactor;
}

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_FINISH_CALL_H_
