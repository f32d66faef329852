#include "agent/supervise/supervise.h"

#include <poll.h>

#include <algorithm>
#include <list>
#include <utility>

#include "agent/os/find_probe.h"
#include "agent/supervise/running_probe.h"

namespace sockdrift {
namespace {

// How often deadlines, cancelling and progress are looked at; an end is seen
// at once.
constexpr int kTickMs = 50;

class Batch {
 public:
  using Done = std::function<void(size_t, const absl::StatusOr<ProbeResult>&)>;

  Batch(const std::vector<Job>& jobs, const SuperviseOptions& options,
        const Done& done)
      : jobs_(jobs),
        options_(options),
        done_(done),
        results_(jobs.size(), absl::UnknownError("never started")) {}

  std::vector<absl::StatusOr<ProbeResult>> Run(size_t parallel) && {
    const absl::StatusOr<std::string> probe = FindProbe(options_.probe);
    while (next_ < jobs_.size() || !running_.empty()) {
      while (next_ < jobs_.size() && running_.size() < parallel &&
             HasANamespaceOfItsOwn(jobs_[next_])) {
        StartNext(probe);
      }
      AwaitChange();
      Look();
    }
    return std::move(results_);
  }

 private:
  struct Running {
    size_t index;
    RunningProbe probe;
  };

  // Probes in one namespace would take each other's ports.
  bool HasANamespaceOfItsOwn(const Job& job) const {
    return IsFresh(job.world) ||
           std::all_of(running_.begin(), running_.end(),
                       [&](const Running& running) {
                         return IsFresh(jobs_[running.index].world);
                       });
  }

  void StartNext(const absl::StatusOr<std::string>& probe) {
    const size_t index = next_++;
    if (!probe.ok()) return Settle(index, probe.status());
    if (options_.cancelled && options_.cancelled()) cancelled_ = true;
    absl::StatusOr<RunningProbe> started =
        RunningProbe::Start(*probe, jobs_[index], options_.deadline);
    if (!started.ok()) return Settle(index, started.status());
    running_.push_back({index, *std::move(started)});
    if (cancelled_) running_.back().probe.Cancel();
  }

  void AwaitChange() const {
    std::vector<pollfd> ends;
    for (const Running& running : running_) {
      ends.push_back({running.probe.pidfd(), POLLIN, 0});
    }
    if (!ends.empty()) ::poll(ends.data(), ends.size(), kTickMs);
  }

  void Look() {
    if (options_.cancelled && options_.cancelled()) cancelled_ = true;
    const RunningProbe::Clock::time_point now = RunningProbe::Clock::now();
    uint64_t finished = finished_;
    for (auto it = running_.begin(); it != running_.end();) {
      std::optional<ProbeResult> result = it->probe.Result();
      finished += it->probe.finished();
      if (result.has_value()) {
        finished_ += it->probe.finished();
        const size_t index = it->index;
        it = running_.erase(it);
        Settle(index, *std::move(result));
        continue;
      }
      it->probe.CheckTime(now);
      if (cancelled_) it->probe.Cancel();
      ++it;
    }
    if (options_.progress) options_.progress(finished, total_);
  }

  void Settle(size_t index, absl::StatusOr<ProbeResult> result) {
    results_[index] = std::move(result);
    if (done_) done_(index, results_[index]);
  }

  const std::vector<Job>& jobs_;
  const SuperviseOptions& options_;
  const Done& done_;
  std::vector<absl::StatusOr<ProbeResult>> results_;
  std::list<Running> running_;
  size_t next_ = 0;
  bool cancelled_ = false;
  uint64_t finished_ = 0;  // cell runs of probes that have ended
  uint64_t total_ = TotalRuns();

  uint64_t TotalRuns() const {
    uint64_t total = 0;
    for (const Job& job : jobs_) total += CellRunsOf(job);
    return total;
  }
};

}  // namespace

absl::string_view ProbeEndName(ProbeEnd end) {
  switch (end) {
    case ProbeEnd::kFinished:
      return "finished";
    case ProbeEnd::kWorldRefused:
      return "world refused";
    case ProbeEnd::kFailed:
      return "failed";
    case ProbeEnd::kCrashed:
      return "crashed";
    case ProbeEnd::kTimedOut:
      return "timed out";
    case ProbeEnd::kCancelled:
      return "cancelled";
  }
  return "unknown";
}

std::vector<absl::StatusOr<ProbeResult>> RunJobs(
    const std::vector<Job>& jobs, const SuperviseOptions& options, int parallel,
    const std::function<void(size_t, const absl::StatusOr<ProbeResult>&)>&
        done) {
  return Batch(jobs, options, done)
      .Run(static_cast<size_t>(std::max(parallel, 1)));
}

absl::StatusOr<ProbeResult> RunJob(const Job& job,
                                   const SuperviseOptions& options) {
  return std::move(RunJobs({job}, options, 1, nullptr).front());
}

}  // namespace sockdrift
