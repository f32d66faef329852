#include "controller/store/store.h"

#include <future>
#include <utility>

namespace sockdrift {

absl::string_view RunHostStateName(RunHostState state) {
  switch (state) {
    case RunHostState::kWanted:
      return "wanted";
    case RunHostState::kHeld:
      return "held";
    case RunHostState::kAnswered:
      return "answered";
    case RunHostState::kFailed:
      return "failed";
    case RunHostState::kLate:
      return "late";
    case RunHostState::kOffline:
      return "offline";
    case RunHostState::kRefused:
      return "refused";
  }
  return "unknown";
}

absl::Status CommitAndWait(Store& store, std::vector<Change> changes) {
  std::promise<absl::Status> promise;
  std::future<absl::Status> future = promise.get_future();
  store.Commit(std::move(changes), [&promise](const absl::Status& status) {
    promise.set_value(status);
  });
  return future.get();
}

}  // namespace sockdrift
