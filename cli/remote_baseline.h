// Baselines to and from a controller.
#ifndef SOCKDRIFT_CLI_REMOTE_BASELINE_H_
#define SOCKDRIFT_CLI_REMOTE_BASELINE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "sockdrift/v1/baseline_service.pb.h"
#include "wire/tls/transport.h"

namespace sockdrift {

// Anything but kFine has been explained on the console.
// The text of the controller's baseline of that name.
ExitCode FetchBaseline(const TransportOptions& controller,
                       const std::string& name, std::string& text,
                       Console& console);

// Pins the hosts of a file's bytes under a name.
ExitCode SendBaseline(const TransportOptions& controller,
                      const std::string& name, const std::string& source,
                      absl::string_view bytes,
                      v1::ImportBaselineResponse& response, Console& console);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_REMOTE_BASELINE_H_
