// The acknowledgements that a controller keeps.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGEMENT_BOOK_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGEMENT_BOOK_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/analysis/acknowledgement.h"
#include "controller/store/store.h"
#include "core/base/mutex.h"

namespace sockdrift {

// The oldest first.
using AcknowledgementList = std::vector<std::shared_ptr<const Acknowledgement>>;

// Thread-safe.
class AcknowledgementBook {
 public:
  // As many may stand at once: each has series of its own.
  static constexpr size_t kMostStanding = 500;
  // Nobody answers for longer without being asked again.
  static constexpr int kMostDays = 366;

  // `store` must outlive it.
  explicit AcknowledgementBook(Store& store) : store_(store) {}

  // Those that were not removed, expired ones included.
  absl::StatusOr<AcknowledgementList> Standing();
  // Also those that were removed.
  absl::StatusOr<std::vector<AcknowledgementRow>> All();

  // As ReadAcknowledgement; also INVALID_ARGUMENT for a last day that is past
  // or more than kMostDays away.
  static absl::StatusOr<Acknowledgement> Check(AcknowledgementRow row,
                                               absl::Time now);
  // Gives it its id and time and keeps it. RESOURCE_EXHAUSTED where
  // kMostStanding stand.
  absl::StatusOr<AcknowledgementRow> Add(Acknowledgement acknowledgement,
                                         absl::Time now);
  // NOT_FOUND names those that stand.
  absl::Status Remove(const std::string& id, const std::string& by,
                      absl::Time now);

 private:
  absl::Status ReadLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Store& store_;
  // Held while a change is committed: ids are given one after another.
  Mutex mutex_;
  bool read_ ABSL_GUARDED_BY(mutex_) = false;
  size_t given_ ABSL_GUARDED_BY(mutex_) = 0;  // ids, ever
  AcknowledgementList standing_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGEMENT_BOOK_H_
