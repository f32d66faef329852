// Groups, rules and explanations as they travel to an operator.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_ANALYSIS_PROTO_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_ANALYSIS_PROTO_H_

#include "controller/analysis/plan_groups.h"
#include "sockdrift/v1/analysis.pb.h"

namespace sockdrift {

// With `explained`, also what separates each group.
v1::PlanAnalysis ToProto(const PlanGroups& groups, bool explained);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_ANALYSIS_PROTO_H_
