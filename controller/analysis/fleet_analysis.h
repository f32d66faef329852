// What the fleet's behaviours come to: groups per plan and world, and files of
// them. Over the latest sightings, or over one run's answers.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_FLEET_ANALYSIS_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_FLEET_ANALYSIS_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "controller/analysis/acknowledge.h"
#include "controller/analysis/acknowledgement_book.h"
#include "controller/analysis/plan_groups.h"
#include "controller/sessions/hub.h"
#include "core/base/mutex.h"
#include "sockdrift/v1/fleet_service.pb.h"

namespace sockdrift {

// What one host comes to over all plans and worlds.
struct HostSummary {
  // Cells in which its group differs from the majority's: those that are not
  // acknowledged, and those that are.
  int64_t divergent_cells = 0;
  int64_t acknowledged_cells = 0;
  // The genome of its latest behaviours in each world.
  std::map<World, Digest> genomes;
};

// All groups of one moment; never changes.
struct FleetSnapshot {
  std::vector<PlanGroups> plans;  // ascending by plan, then world
  std::map<std::string, HostSummary> hosts;
  // What stood then, the oldest first, and what each comes to.
  std::vector<StandingAcknowledgement> acknowledgements;
  std::vector<AcknowledgementReach> reach;
  uint64_t revision = 0;  // of the sightings
  uint64_t number = 0;    // of the snapshot: no other one has it
};

// Thread-safe.
class FleetAnalysis {
 public:
  // `hub` must outlive it. The clock says which acknowledgements have expired.
  explicit FleetAnalysis(Hub& hub,
                         std::function<absl::Time()> clock = &absl::Now)
      : hub_(hub), clock_(std::move(clock)), acknowledgements_(hub.store()) {}

  // The groups of the latest sightings of all hosts; made anew only after some
  // sighting changed, or what is acknowledged.
  std::shared_ptr<const FleetSnapshot> Snapshot();

  // NOT_FOUND where nothing was measured that matches; INVALID_ARGUMENT for a
  // selector that does not parse and a run that never was.
  absl::StatusOr<std::vector<PlanGroups>> Select(
      const v1::AnalysisScope& scope);

  // Since when the host behaves as it does, and what changed. NOT_FOUND as
  // fleet_service.proto says.
  absl::StatusOr<v1::HostHistory> History(const v1::GetHistoryRequest& request);

  // From memory where someone still looks at it, else from the store.
  absl::StatusOr<std::shared_ptr<const Record>> FindRecord(
      const Digest& digest);

  // The bytes of a behaviour file. As Select answers.
  absl::StatusOr<std::string> Export(const v1::AnalysisScope& scope);
  // As fleet_service.proto says of Import.
  absl::StatusOr<v1::ImportResponse> Import(absl::string_view bytes);

  Hub& hub() { return hub_; }
  AcknowledgementBook& acknowledgements() { return acknowledgements_; }
  absl::Time Now() const { return clock_(); }
  // Which have expired by now, and which hosts their selectors choose.
  std::vector<StandingAcknowledgement> Stand(AcknowledgementList list);

 private:
  std::vector<StandingAcknowledgement> StandingNow();
  // What showings are made of, wherever they come from.
  using Rows = std::map<PlanWorld, std::vector<SightingRow>>;

  absl::StatusOr<Rows> RowsOfRun(const std::string& run);
  // What each of the hosts had last shown by then.
  absl::StatusOr<Rows> RowsAt(absl::Time time,
                              const std::set<std::string>& hosts);
  // What came after `before`, against it; none where nothing changed.
  absl::StatusOr<std::optional<v1::PlanChange>> CompareInTime(
      const SightingRow& before, const SightingRow& after);
  // NOT_FOUND for a plan that is in none of the rows.
  absl::Status RequireMeasured(const std::set<std::string>& plans,
                               const Rows& rows);
  std::vector<PlanGroups> GroupRows(
      const Rows& rows, const std::vector<StandingAcknowledgement>& standing);

  Hub& hub_;
  const std::function<absl::Time()> clock_;
  AcknowledgementBook acknowledgements_;
  Mutex mutex_;
  uint64_t snapshots_ ABSL_GUARDED_BY(mutex_) = 0;  // made, ever
  std::shared_ptr<const FleetSnapshot> snapshot_ ABSL_GUARDED_BY(mutex_);
  // Decoded records that someone still looks at.
  std::map<Digest, std::weak_ptr<const Record>> records_
      ABSL_GUARDED_BY(mutex_);
};

// Of each plan's name the measurement that was seen last: older versions of a
// plan are history.
void KeepNewestVersions(std::map<PlanWorld, std::vector<SightingRow>>& rows,
                        ProgramBook& programs);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_FLEET_ANALYSIS_H_
