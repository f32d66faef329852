// What the fleet's behaviours come to: groups per plan and world, and files of
// them. Over the latest sightings, or over one run's answers.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_FLEET_ANALYSIS_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_FLEET_ANALYSIS_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controller/analysis/plan_groups.h"
#include "controller/sessions/hub.h"
#include "core/base/mutex.h"
#include "sockdrift/v1/fleet_service.pb.h"

namespace sockdrift {

// What one host comes to over all plans and worlds.
struct HostSummary {
  // Cells in which its group differs from the majority's.
  int64_t divergent_cells = 0;
  // The genome of its latest behaviours in each world.
  std::map<World, Digest> genomes;
};

// All groups of one moment; never changes.
struct FleetSnapshot {
  std::vector<PlanGroups> plans;  // ascending by plan, then world
  std::map<std::string, HostSummary> hosts;
  uint64_t revision = 0;
};

// Thread-safe.
class FleetAnalysis {
 public:
  // `hub` must outlive it.
  explicit FleetAnalysis(Hub& hub) : hub_(hub) {}

  // The groups of the latest sightings of all hosts; made anew only after some
  // sighting changed.
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

 private:
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
  std::vector<PlanGroups> GroupRows(const Rows& rows);

  Hub& hub_;
  Mutex mutex_;
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
