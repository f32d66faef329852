// Baselines: behaviours pinned under a name. Their bodies are the store's, by
// digest; what is kept for a baseline is who showed what.
#ifndef SOCKDRIFT_CONTROLLER_BASELINES_BASELINE_BOOK_H_
#define SOCKDRIFT_CONTROLLER_BASELINES_BASELINE_BOOK_H_

#include <atomic>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controller/analysis/fleet_analysis.h"
#include "controller/store/rows.h"
#include "sockdrift/v1/fleet_service.pb.h"

namespace sockdrift {

struct BaselineSet {
  BaselineRow row;
  bool replaced = false;  // one of the same name
};

// Thread-safe.
class BaselineBook {
 public:
  // `analysis`, its hub and the hub's store must outlive it.
  explicit BaselineBook(FleetAnalysis& analysis)
      : analysis_(analysis), hub_(analysis.hub()) {}

  // Pins what Select() gives. INVALID_ARGUMENT for a name that is none and for
  // an experiment's run; NOT_FOUND where nothing was measured.
  absl::StatusOr<BaselineSet> Set(const std::string& name,
                                  const v1::AnalysisScope& scope);
  // Pins the hosts of a file, which do not join the fleet. `source` says where
  // they come from, unless the file is a baseline and says it itself.
  absl::StatusOr<BaselineSet> Import(const std::string& name,
                                     const std::string& source,
                                     absl::string_view file);

  // Without members.
  absl::StatusOr<std::vector<BaselineRow>> List();
  // NOT_FOUND, naming those that there are.
  absl::StatusOr<BaselineRow> Find(const std::string& name);
  absl::Status Remove(const std::string& name);
  // The text of a baseline file.
  absl::StatusOr<std::string> Export(const std::string& name);

  // Grows with every change.
  uint64_t revision() const { return revision_; }
  FleetAnalysis& analysis() { return analysis_; }

 private:
  absl::StatusOr<BaselineSet> Keep(BaselineRow row,
                                   std::vector<Change> changes);

  FleetAnalysis& analysis_;
  Hub& hub_;
  std::atomic<uint64_t> revision_ = 1;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_BASELINES_BASELINE_BOOK_H_
