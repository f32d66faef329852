// What the controller answers over HTTP; docs/operations.md describes the JSON.
#ifndef SOCKDRIFT_CONTROLLER_WEB_PAGES_H_
#define SOCKDRIFT_CONTROLLER_WEB_PAGES_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "controller/analysis/fleet_analysis.h"
#include "controller/gates/gate_book.h"
#include "controller/metrics/fleet_metrics.h"
#include "controller/sessions/hub.h"
#include "controller/web/web_server.h"

namespace sockdrift {

// `plan_folders` as FleetReport takes them. `ready` says whether the controller
// serves; its message is the answer of /readyz otherwise. All must outlive the
// pages.
WebPages MakePages(Hub& hub, FleetAnalysis& analysis,
                   const FleetMetrics& metrics, GateBook& gates,
                   std::vector<std::string> plan_folders,
                   std::function<absl::Status()> ready);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_WEB_PAGES_H_
