// Pages that take long to make: kept while they are true, and made a few at a
// time.
#ifndef SOCKDRIFT_CONTROLLER_WEB_MADE_PAGES_H_
#define SOCKDRIFT_CONTROLLER_WEB_MADE_PAGES_H_

#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "core/base/mutex.h"

namespace sockdrift {

// Thread-safe.
class MadePages {
 public:
  using Maker = absl::FunctionRef<absl::StatusOr<std::string>()>;

  // Of the threads that answer HTTP, half.
  static constexpr int kMadeAtOnce = 2;
  static constexpr size_t kKept = 8;

  // The page that was kept under this key for this version of what pages are
  // made of, else a new one; another version forgets all. UNAVAILABLE while
  // kMadeAtOnce others are being made: scrapes must not wait for reports.
  absl::StatusOr<std::string> Get(const std::string& key,
                                  const std::string& version, Maker make);
  // A page that is true now and never kept.
  absl::StatusOr<std::string> Make(Maker make);

 private:
  Mutex mutex_;
  int being_made_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string version_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::string> pages_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_WEB_MADE_PAGES_H_
