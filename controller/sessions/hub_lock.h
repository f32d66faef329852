#ifndef SOCKDRIFT_CONTROLLER_SESSIONS_HUB_LOCK_H_
#define SOCKDRIFT_CONTROLLER_SESSIONS_HUB_LOCK_H_

#include <functional>
#include <utility>
#include <vector>

#include "controller/sessions/hub.h"

namespace sockdrift {

// Holds the hub's mutex; when it lets go, calls what was put off meanwhile:
// watchers, which may ask the hub anew.
class ABSL_SCOPED_LOCKABLE Hub::Lock {
 public:
  explicit Lock(Hub* hub) ABSL_EXCLUSIVE_LOCK_FUNCTION(hub->mutex_)
      : hub_(hub) {
    hub_->mutex_.Lock();
  }
  ~Lock() ABSL_UNLOCK_FUNCTION() {
    std::vector<std::function<void()>> after = std::move(hub_->after_);
    hub_->after_.clear();
    hub_->mutex_.Unlock();
    for (const std::function<void()>& call : after) call();
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Hub* const hub_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SESSIONS_HUB_LOCK_H_
