// The gates of the gates' folder and their verdicts, judged anew when what they
// are of changes.
#ifndef SOCKDRIFT_CONTROLLER_GATES_GATE_BOOK_H_
#define SOCKDRIFT_CONTROLLER_GATES_GATE_BOOK_H_

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "controller/baselines/baseline_book.h"
#include "controller/gates/gate_files.h"
#include "controller/gates/gate_judge.h"
#include "core/base/mutex.h"

namespace sockdrift {

// A gate as it is now.
struct GateStanding {
  GateDefinition definition;
  // As last judged; null while it was not yet.
  std::shared_ptr<const JudgedGate> judged;
};

// Thread-safe.
class GateBook {
 public:
  // `folder` may be empty: no gates. `baselines` must outlive it.
  GateBook(BaselineBook& baselines, std::string folder)
      : baselines_(baselines), folder_(std::move(folder)) {}
  ~GateBook();

  // Reads the folder and begins to judge. INVALID_ARGUMENT with all mistakes
  // of all files.
  absl::Status Start();
  // Reads the folder again. A file with a mistake leaves its gate as it was;
  // the status says what is wrong, as ReloadStatus() does from then on.
  absl::Status Reload();
  absl::Status ReloadStatus() const;
  // Ends waits; what is judged from now on is not run again.
  void Stop();

  // Ascending by name, without judging.
  std::vector<GateStanding> List() const;
  // Judged now, unless nothing has changed since it was. NOT_FOUND names the
  // gates that there are. May block while cells are run again.
  absl::StatusOr<std::shared_ptr<const JudgedGate>> Verdict(
      const std::string& name);
  // A gate that stands in no file.
  absl::StatusOr<std::shared_ptr<const JudgedGate>> Judge(
      const GateRequest& request) {
    return JudgeFleet(baselines_, request, stopping_);
  }

 private:
  // What a verdict depends on.
  struct Inputs {
    uint64_t sightings = 0;
    uint64_t baselines = 0;
    uint64_t definitions = 0;
    size_t hosts = 0;   // a hash of who they are and under which facts
    int64_t hours = 0;  // ages and waivers' ends come with time
    friend bool operator==(const Inputs&, const Inputs&) = default;
  };
  struct Slot {
    Mutex judging;  // one at a time; held while cells are run again
    Mutex mutex;
    std::shared_ptr<const JudgedGate> judged ABSL_GUARDED_BY(mutex);
    std::optional<Inputs> of ABSL_GUARDED_BY(mutex);
  };

  Inputs InputsNow() const;
  void JudgeLoop();

  BaselineBook& baselines_;
  const std::string folder_;
  std::atomic<bool> stopping_ = false;

  mutable Mutex mutex_;
  CondVar wake_;
  std::map<std::string, GateDefinition> gates_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::shared_ptr<Slot>> slots_ ABSL_GUARDED_BY(mutex_);
  uint64_t definitions_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status reload_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_GATES_GATE_BOOK_H_
