// What the ladder of worlds showed: on which rung cells change, and which layer
// that names.
#ifndef SOCKDRIFT_CLI_LADDER_REPORT_H_
#define SOCKDRIFT_CLI_LADDER_REPORT_H_

#include <string>

#include "cli/console.h"
#include "cli/exit_code.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "sockdrift/v1/ladder.pb.h"

namespace sockdrift {

using PlanLadders = google::protobuf::RepeatedPtrField<v1::PlanLadder>;

std::string LadderText(const std::string& host, const PlanLadders& plans,
                       const Console& console);

// The document "sockdrift.ladder/1" of docs/json.md.
std::string LadderJson(const std::string& host, const PlanLadders& plans);

// kFindings when some cell changes on some rung; kCouldNotTell when no cell
// could be compared; else kFine.
ExitCode ExitCodeOf(const PlanLadders& plans);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_LADDER_REPORT_H_
