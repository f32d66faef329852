#include "cli/controller_client.h"

#include <chrono>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/controller_channel.h"
#include "core/base/status_macros.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

namespace sockdrift {
void AddControllerOptions(CLI::App& command, TransportOptions& options) {
  command
      .add_option("--controller", options.address,
                  "the controller; SOCKDRIFT_CONTROLLER gives it too")
      ->envname("SOCKDRIFT_CONTROLLER")
      ->option_text("unix:PATH|HOST:PORT");
  command
      .add_option("--tls-cert", options.tls.certificate,
                  "my certificate with its chain, PEM")
      ->option_text("FILE");
  command.add_option("--tls-key", options.tls.key, "its private key, PEM")
      ->option_text("FILE");
  command
      .add_option("--tls-ca", options.tls.authorities,
                  "the authorities that the controller's certificate comes "
                  "from, PEM")
      ->option_text("FILE");
  command
      .add_option("--tls-server-name", options.server_name,
                  "the name in the controller's certificate, where it is not "
                  "the address's")
      ->option_text("NAME");
  command.add_flag("--insecure-plaintext", options.insecure_plaintext,
                   "no TLS, although the controller is another host: "
                   "whoever is on the way reads and changes everything");
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenController(
    const TransportOptions& options) {
  if (options.address.empty()) {
    return absl::InvalidArgumentError(
        "this command asks a controller, and none is named: give --controller "
        "unix:PATH or HOST:PORT, or set SOCKDRIFT_CONTROLLER");
  }
  if (!absl::StrContains(options.address, ':')) {
    return absl::InvalidArgumentError(
        absl::StrCat("--controller ", options.address,
                     ": write unix:/path/to/socket or host:port"));
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(auto credentials, ClientCredentials(options));
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (!options.server_name.empty()) {
    arguments.SetSslTargetNameOverride(options.server_name);
  }
  // What is asked of a fleet is as long as the fleet: with their facts three
  // hundred hosts are more than the 4 MiB that gRPC takes by itself.
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(options.address, credentials, arguments);
}

absl::StatusOr<ControllerClient> ControllerClient::Create(
    const TransportOptions& options) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel,
                             OpenController(options));
  return ControllerClient(options.address, v1::FleetService::NewStub(channel));
}

void ControllerClient::SetTimeout(grpc::ClientContext& context,
                                  absl::Duration timeout) {
  context.set_deadline(std::chrono::system_clock::now() +
                       absl::ToChronoMilliseconds(timeout));
}

ExitCode ControllerClient::Report(const grpc::Status& status,
                                  Console& console) const {
  const ExitCode code = ExitCodeOf(status.error_code());
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      console.Error(absl::StrCat("the controller at ", address_,
                                 " cannot be reached: ", status.error_message(),
                                 "\n  is it running, is --controller its "
                                 "--listen address, may this user open its "
                                 "socket, and is --tls-cert of an authority "
                                 "that it accepts?"));
      break;
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
      console.Error(absl::StrCat("the controller at ", address_,
                                 " refuses access: ", status.error_message(),
                                 "\n  give a certificate that it accepts with "
                                 "--tls-cert and --tls-key"));
      break;
    case grpc::StatusCode::UNIMPLEMENTED:
      console.Error(absl::StrCat(
          "what answers at ", address_,
          " is no controller of this version: ", status.error_message()));
      break;
    default:
      console.Error(absl::string_view(status.error_message()));
      break;
  }
  return code;
}

ExitCode ControllerClient::ReportUnmeasured(const grpc::Status& status,
                                            Console& console) const {
  const ExitCode code = Report(status, console);
  return status.error_code() == grpc::StatusCode::NOT_FOUND
             ? ExitCode::kCouldNotTell
             : code;
}

ExitCode ExitCodeOf(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::OK:
      return ExitCode::kFine;
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNIMPLEMENTED:
      return ExitCode::kController;
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::NOT_FOUND:
      return ExitCode::kInvalid;
    case grpc::StatusCode::FAILED_PRECONDITION:
      return ExitCode::kCouldNotTell;
    default:
      return ExitCode::kOwnFault;
  }
}

}  // namespace sockdrift
