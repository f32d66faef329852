// Where the controller keeps what it must not lose. The interface is what any
// database can give: atomic sets of changes, acknowledged when they are safe,
// and look-ups by key.
#ifndef SOCKDRIFT_CONTROLLER_STORE_STORE_H_
#define SOCKDRIFT_CONTROLLER_STORE_STORE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "controller/store/rows.h"

namespace sockdrift {

class Store {
 public:
  virtual ~Store() = default;

  // Makes the changes, all or none, and then calls `done` from a thread of the
  // store: OK once they are on the disk. RESOURCE_EXHAUSTED: the disk is full;
  // UNAVAILABLE: the store is closing; INTERNAL: the database failed. Sets are
  // made in the order of the calls. `done` must not block and may be null.
  virtual void Commit(std::vector<Change> changes,
                      std::function<void(const absl::Status&)> done) = 0;

  // The look-ups see what has been committed. NOT_FOUND where there is none.
  virtual absl::StatusOr<StoredState> Load() = 0;
  virtual absl::StatusOr<std::string> Program(const Digest& digest) = 0;
  virtual absl::StatusOr<std::vector<PlanRow>> Plans() = 0;
  virtual absl::StatusOr<std::string> Set(const Digest& digest) = 0;
  virtual absl::StatusOr<std::string> Facts(const Digest& digest) = 0;
  // Without its members.
  virtual absl::StatusOr<ReportRow> Report(const Digest& digest) = 0;
  virtual absl::StatusOr<RecordRow> Record(const Digest& digest,
                                           bool with_body) = 0;
  virtual absl::StatusOr<RunRow> Run(absl::string_view id) = 0;
  // The newest first.
  virtual absl::StatusOr<std::vector<RunRow>> Runs(int limit) = 0;
  // Every host of a run; empty where there is no such run.
  virtual absl::StatusOr<std::vector<RunHostRow>> RunHosts(
      absl::string_view run) = 0;
  // All of a host's sightings, the oldest first.
  virtual absl::StatusOr<std::vector<SightingRow>> Sightings(
      absl::string_view host) = 0;

  // What experiments showed of a plan's behaviours in a world.
  virtual absl::StatusOr<std::vector<ProofRow>> Proofs(
      const Digest& measurement, World world) = 0;
  // Ascending by name, without members.
  virtual absl::StatusOr<std::vector<BaselineRow>> Baselines() = 0;
  virtual absl::StatusOr<BaselineRow> Baseline(absl::string_view name) = 0;
  // The oldest first, removed ones included.
  virtual absl::StatusOr<std::vector<AcknowledgementRow>>
  Acknowledgements() = 0;

  // The status of the last commit: what /readyz and the metrics say.
  virtual absl::Status Health() = 0;
  // Waits until everything given to Commit has been answered.
  virtual void Flush() = 0;
};

// Commit and wait. Not from a `done`.
absl::Status CommitAndWait(Store& store, std::vector<Change> changes);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_STORE_STORE_H_
