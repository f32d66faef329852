// What is acknowledged of a fleet's divergences, for its report.
#ifndef SOCKDRIFT_CLI_REPORTED_ACKNOWLEDGEMENTS_H_
#define SOCKDRIFT_CLI_REPORTED_ACKNOWLEDGEMENTS_H_

#include "cli/controller_client.h"
#include "report/report.h"

namespace sockdrift {

// Asks the controller and adds what it says of the report's plans and hosts.
// Anything but kFine has been explained on the console.
ExitCode AddAcknowledgements(ControllerClient& client,
                             const v1::AnalysisScope& scope, ReportInput& input,
                             Console& console);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_REPORTED_ACKNOWLEDGEMENTS_H_
