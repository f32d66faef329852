// The way to a controller: its address, the credentials, and what its errors
// mean for the exit code.
#ifndef SOCKDRIFT_CLI_CONTROLLER_CLIENT_H_
#define SOCKDRIFT_CLI_CONTROLLER_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"
#include "sockdrift/v1/fleet_service.grpc.pb.h"
#include "wire/tls/transport.h"

namespace CLI {
class App;
}  // namespace CLI

namespace sockdrift {

// --controller (or SOCKDRIFT_CONTROLLER) and the TLS files.
void AddControllerOptions(CLI::App& command, TransportOptions& options);

class ControllerClient {
 public:
  // Looks at the options and files only; nothing is sent before the first call.
  // INVALID_ARGUMENT: no address, an address without a port, or as
  // ClientCredentials answers.
  static absl::StatusOr<ControllerClient> Create(
      const TransportOptions& options);

  v1::FleetService::StubInterface& stub() { return *stub_; }

  // Gives a call its deadline.
  static void SetTimeout(grpc::ClientContext& context, absl::Duration timeout);
  // That of calls that answer at once.
  static constexpr int kShortCallSeconds = 30;
  // That of calls that compute or carry files.
  static constexpr int kLongCallSeconds = 300;

  // Says on the console what the controller, or the way to it, answered, and
  // what to do. Precondition: not OK.
  ExitCode Report(const grpc::Status& status, Console& console) const;
  // The same where NOT_FOUND means that nothing was measured yet.
  ExitCode ReportUnmeasured(const grpc::Status& status, Console& console) const;

 private:
  ControllerClient(std::string address,
                   std::unique_ptr<v1::FleetService::StubInterface> stub)
      : address_(std::move(address)), stub_(std::move(stub)) {}

  std::string address_;
  std::unique_ptr<v1::FleetService::StubInterface> stub_;
};

// kController for what only another address or certificate can mend, kInvalid
// for a request that the controller refuses as wrong or that names what is not
// there, kCouldNotTell where no host matches, else kOwnFault.
ExitCode ExitCodeOf(grpc::StatusCode code);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_CONTROLLER_CLIENT_H_
