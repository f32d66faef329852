// An acknowledgement as scripts read it, from the command line and over HTTP;
// docs/json.md.
#ifndef SOCKDRIFT_WIRE_JSON_ACKNOWLEDGEMENT_JSON_H_
#define SOCKDRIFT_WIRE_JSON_ACKNOWLEDGEMENT_JSON_H_

#include "sockdrift/v1/acknowledgement.pb.h"
#include "sockdrift/v1/acknowledgement_service.pb.h"
#include "sockdrift/v1/analysis.pb.h"
#include "wire/json/json.h"

namespace sockdrift {

Json AcknowledgementJson(const v1::Acknowledgement& acknowledgement);

// The document "sockdrift.acknowledgements/1".
Json AcknowledgementsJson(const v1::ListAcknowledgementsResponse& response);

// A plan's, each with its group.
Json AcknowledgedJson(const v1::PlanAnalysis& plan);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_JSON_ACKNOWLEDGEMENT_JSON_H_
