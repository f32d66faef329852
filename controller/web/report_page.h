// /report: the fleet's report, made of what is known when it is asked for.
#ifndef SOCKDRIFT_CONTROLLER_WEB_REPORT_PAGE_H_
#define SOCKDRIFT_CONTROLLER_WEB_REPORT_PAGE_H_

#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "controller/analysis/fleet_analysis.h"
#include "controller/sessions/hub.h"
#include "controller/web/web_server.h"
#include "core/base/mutex.h"

namespace sockdrift {

// Thread-safe.
class FleetReport {
 public:
  // Both must outlive it.
  FleetReport(Hub& hub, FleetAnalysis& analysis)
      : hub_(hub), analysis_(analysis) {}

  // Takes `plan`, `world`, `selector` and `run`. 404 where nothing that matches
  // was measured, 400 for a selector or a world that is none, 503 while others
  // are being made: scrapes must not wait for reports.
  WebAnswer Answer(const WebParameters& parameter);

 private:
  // Makes one, unless too many are being made: UNAVAILABLE.
  absl::StatusOr<std::string> MakeInTurn(const v1::AnalysisScope& scope);
  absl::StatusOr<std::string> Make(const v1::AnalysisScope& scope);

  Hub& hub_;
  FleetAnalysis& analysis_;
  Mutex mutex_;
  int being_made_ ABSL_GUARDED_BY(mutex_) = 0;
  // Pages of the latest sightings by their scope, so that readers who ask for
  // the same while nothing changed cost nothing.
  uint64_t revision_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, std::string> pages_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_WEB_REPORT_PAGE_H_
