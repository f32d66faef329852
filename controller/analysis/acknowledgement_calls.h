// What operators ask of acknowledgements, and what they are answered;
// acknowledgement_service.proto has the codes.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGEMENT_CALLS_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGEMENT_CALLS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controller/analysis/fleet_analysis.h"
#include "sockdrift/v1/acknowledgement_service.pb.h"

namespace sockdrift {

// `caller` is who the certificate of the call says, or "".
absl::StatusOr<v1::AddAcknowledgementResponse> AddAcknowledgement(
    FleetAnalysis& analysis, const v1::AddAcknowledgementRequest& request,
    const std::string& caller);
absl::StatusOr<v1::ListAcknowledgementsResponse> ListAcknowledgements(
    FleetAnalysis& analysis, const v1::ListAcknowledgementsRequest& request);
absl::Status RemoveAcknowledgement(
    FleetAnalysis& analysis, const v1::RemoveAcknowledgementRequest& request,
    const std::string& caller);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGEMENT_CALLS_H_
