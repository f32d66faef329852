// /report: the fleet's report, made of what is known when it is asked for.
#ifndef SOCKDRIFT_CONTROLLER_WEB_REPORT_PAGE_H_
#define SOCKDRIFT_CONTROLLER_WEB_REPORT_PAGE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "compiler/claims.h"
#include "controller/analysis/fleet_analysis.h"
#include "controller/sessions/hub.h"
#include "controller/web/made_pages.h"
#include "controller/web/web_server.h"
#include "core/base/mutex.h"

namespace sockdrift {

// Thread-safe.
class FleetReport {
 public:
  // Both must outlive it. The folders are those that plans come from beside the
  // built-in ones: their claims.yaml say what their claims are.
  FleetReport(Hub& hub, FleetAnalysis& analysis,
              std::vector<std::string> plan_folders)
      : hub_(hub),
        analysis_(analysis),
        plan_folders_(std::move(plan_folders)) {}

  // Takes `plan`, `world`, `selector` and `run`. 404 where nothing that matches
  // was measured, 400 for a selector or a world that is none, 503 while others
  // are being made: scrapes must not wait for reports.
  WebAnswer Answer(const WebParameters& parameter);

 private:
  using Catalogue = std::shared_ptr<const std::vector<PlanOfRun>>;

  absl::StatusOr<std::string> Make(const v1::AnalysisScope& scope,
                                   const Catalogue& catalogue,
                                   const ClaimBook& claims);
  // Read again with the plans; as they were where the files have become wrong.
  std::shared_ptr<const ClaimBook> ClaimsOf(const Catalogue& catalogue,
                                            uint64_t& generation);

  Hub& hub_;
  FleetAnalysis& analysis_;
  const std::vector<std::string> plan_folders_;
  // Of the latest sightings by their scope, so that readers who ask for the
  // same while nothing changed cost nothing.
  MadePages pages_;
  Mutex mutex_;
  Catalogue catalogue_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const ClaimBook> claims_ ABSL_GUARDED_BY(mutex_);
  uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;  // of the catalogue
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_WEB_REPORT_PAGE_H_
