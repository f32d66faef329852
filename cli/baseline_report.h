// Baselines as tables and JSON.
#ifndef SOCKDRIFT_CLI_BASELINE_REPORT_H_
#define SOCKDRIFT_CLI_BASELINE_REPORT_H_

#include <string>

#include "cli/console.h"
#include "sockdrift/v1/baseline_service.pb.h"

namespace sockdrift {

std::string BaselinesTable(const v1::ListBaselinesResponse& response,
                           const Console& console);
std::string BaselinesJson(const v1::ListBaselinesResponse& response);

// One with its hosts and plans.
std::string BaselineText(const v1::Baseline& baseline, const Console& console);
std::string BaselineJson(const v1::Baseline& baseline);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_BASELINE_REPORT_H_
