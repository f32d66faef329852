// An acknowledgement as it travels to an operator.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGEMENT_PROTO_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGEMENT_PROTO_H_

#include "controller/analysis/acknowledge.h"
#include "controller/store/rows.h"
#include "sockdrift/v1/acknowledgement.pb.h"

namespace sockdrift {

v1::Acknowledgement ToProto(const AcknowledgementRow& row, bool expired,
                            const AcknowledgementReach& reach);
// Without what is output only.
AcknowledgementRow FromProto(const v1::Acknowledgement& proto);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGEMENT_PROTO_H_
