// Waiting for hosts and for runs.
#ifndef SOCKDRIFT_CLI_RUN_WATCH_H_
#define SOCKDRIFT_CLI_RUN_WATCH_H_

#include <string>

#include "absl/time/time.h"
#include "cli/command.h"
#include "cli/controller_client.h"

namespace sockdrift {

// Until the run has ended; then prints it. A connection that breaks is taken up
// again: the run is on the controller's disk. Ctrl-C stops the watching, not
// the run.
ExitCode WatchRun(ControllerClient& client, const std::string& run_id,
                  OutputFormat format, Console& console);

// Until so many hosts that match are connected. kCouldNotTell when they are not
// within `limit`.
ExitCode WaitForHosts(ControllerClient& client, const std::string& selector,
                      int wanted, absl::Duration limit, Console& console);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_RUN_WATCH_H_
