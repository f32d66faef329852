// Baselines as they travel to an operator.
#ifndef SOCKDRIFT_CONTROLLER_BASELINES_BASELINE_PROTO_H_
#define SOCKDRIFT_CONTROLLER_BASELINES_BASELINE_PROTO_H_

#include "controller/baselines/baseline_book.h"
#include "sockdrift/v1/baseline_service.pb.h"

namespace sockdrift {

// Its name, source, time and numbers.
v1::Baseline SummaryOf(const BaselineRow& row);
// With its hosts and plans.
absl::StatusOr<v1::Baseline> DetailsOf(const BaselineRow& row, Hub& hub);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_BASELINES_BASELINE_PROTO_H_
