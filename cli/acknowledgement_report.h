// Acknowledgements as people read them.
#ifndef SOCKDRIFT_CLI_ACKNOWLEDGEMENT_REPORT_H_
#define SOCKDRIFT_CLI_ACKNOWLEDGEMENT_REPORT_H_

#include <string>

#include "cli/console.h"
#include "sockdrift/v1/acknowledgement.pb.h"
#include "sockdrift/v1/acknowledgement_service.pb.h"

namespace sockdrift {

std::string AcknowledgementsTable(
    const v1::ListAcknowledgementsResponse& response, const Console& console);

// "30 cells on 1 host: low-ports"; says so where it means nothing now.
std::string MeaningText(const v1::Acknowledgement& acknowledgement);

// "A1 by net-team until 2026-12-31: 30 cells: why (link)", or that it has
// expired.
std::string AcknowledgedText(const v1::Acknowledgement& acknowledgement);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_ACKNOWLEDGEMENT_REPORT_H_
