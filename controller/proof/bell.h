// What a thread that waits for runs waits at.
#ifndef SOCKDRIFT_CONTROLLER_PROOF_BELL_H_
#define SOCKDRIFT_CONTROLLER_PROOF_BELL_H_

#include <chrono>

#include "controller/sessions/hub.h"
#include "core/base/mutex.h"

namespace sockdrift {

// Rung by a change of a run that is watched, and by whoever calls the work off.
// Thread-safe.
class Bell : public RunWatcher {
 public:
  void Changed() override {
    MutexLock lock(&mutex_);
    rung_ = true;
    changed_.NotifyAll();
  }
  // Nobody waits for the answer any more.
  void CallOff() {
    MutexLock lock(&mutex_);
    called_off_ = true;
    changed_.NotifyAll();
  }
  bool called_off() {
    MutexLock lock(&mutex_);
    return called_off_;
  }
  // Until it is rung, which it may have been since the last wait, or for so
  // long. False when nothing rang.
  bool Wait(std::chrono::milliseconds longest) {
    const auto until = std::chrono::steady_clock::now() + longest;
    MutexLock lock(&mutex_);
    while (!rung_ && !called_off_) {
      if (!changed_.WaitUntil(&mutex_, until)) break;
    }
    const bool rang = rung_ || called_off_;
    rung_ = false;
    return rang;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool rung_ ABSL_GUARDED_BY(mutex_) = false;
  bool called_off_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_PROOF_BELL_H_
