// Behaviour files to and from a controller, and what it finds in behaviours.
#ifndef SOCKDRIFT_CLI_REMOTE_FILE_H_
#define SOCKDRIFT_CLI_REMOTE_FILE_H_

#include "cli/controller_client.h"
#include "wire/behaviour_file.h"

namespace sockdrift {

// Looks at the query too, before anything is sent: INVALID_ARGUMENT for its
// mistakes and as ControllerClient::Create.
absl::StatusOr<ControllerClient> ClientToQuery(
    const TransportOptions& controller, const std::string& where);

// Anything but kFine has been explained on the console. kCouldNotTell when
// nothing that matches was measured.
ExitCode FetchBehaviours(ControllerClient& client,
                         const v1::AnalysisScope& scope, BehaviourFile& file,
                         Console& console);

// Who behaves alike, and where groups differ in cells that meet the query; an
// empty one is none. The same exit codes.
ExitCode FetchGroups(ControllerClient& client, const v1::AnalysisScope& scope,
                     const std::string& where, v1::ListGroupsResponse& response,
                     Console& console);

// Sends the bytes of a file; `response` is the controller's answer.
ExitCode SendBehaviours(ControllerClient& client, absl::string_view bytes,
                        v1::ImportResponse& response, Console& console);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_REMOTE_FILE_H_
