// The controller's services beside the fleet's, over a channel of their own.
#ifndef SOCKDRIFT_CLI_CONTROLLER_CHANNEL_H_
#define SOCKDRIFT_CLI_CONTROLLER_CHANNEL_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "cli/console.h"
#include "cli/controller_client.h"
#include "grpcpp/channel.h"
#include "wire/tls/transport.h"

namespace sockdrift {

// As ControllerClient::Create answers.
absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenController(
    const TransportOptions& options);

// Gives a service's stub to `call`, with a deadline that lets it compute, and
// says on the console what went wrong: kFine where nothing did.
template <typename Service>
ExitCode CallController(
    const TransportOptions& options, Console& console,
    const std::function<grpc::Status(typename Service::StubInterface&,
                                     grpc::ClientContext&)>& call,
    bool unmeasured = false) {
  const absl::StatusOr<std::shared_ptr<grpc::Channel>> channel =
      OpenController(options);
  absl::StatusOr<ControllerClient> client = ControllerClient::Create(options);
  if (!channel.ok() || !client.ok()) {
    console.Error(channel.ok() ? client.status() : channel.status());
    return ExitCode::kInvalid;
  }
  grpc::ClientContext context;
  ControllerClient::SetTimeout(
      context, absl::Seconds(ControllerClient::kLongCallSeconds));
  const std::unique_ptr<typename Service::StubInterface> stub =
      Service::NewStub(*channel);
  const grpc::Status status = call(*stub, context);
  if (status.ok()) return ExitCode::kFine;
  return unmeasured ? client->ReportUnmeasured(status, console)
                    : client->Report(status, console);
}

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_CONTROLLER_CHANNEL_H_
