// The agent's threads against streams that break all the time.
#include "agent/session/agent.h"

#include <atomic>
#include <deque>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/session/fake_controller.h"
#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::FakeController;
using ::sockdrift::testing::TemporaryFolder;
using ::sockdrift::testing::Uniform;
using ::testing::IsEmpty;

// A stream with a thread of its own that talks to a controller and breaks
// after some messages.
class BreakingStream : public SyncStream {
 public:
  struct Shared {
    Mutex mutex;
    CondVar changed;
    FakeController controller ABSL_GUARDED_BY(mutex);
  };

  BreakingStream(Shared& shared, SyncStreamEvents& events, int messages)
      : shared_(shared), events_(events), left_(messages) {
    thread_ = std::thread([this] { Serve(); });
  }
  ~BreakingStream() override { thread_.join(); }

  void Send(v1::SyncRequest request) override {
    MutexLock lock(&mutex_);
    queue_.push_back(std::move(request));
    changed_.NotifyAll();
  }
  void FinishSending() override {
    MutexLock lock(&mutex_);
    finished_ = true;
    changed_.NotifyAll();
  }
  void Abort() override {
    MutexLock lock(&mutex_);
    left_ = 0;
    changed_.NotifyAll();
  }

 private:
  // The next request; nullopt at the stream's end.
  std::optional<v1::SyncRequest> Next() {
    MutexLock lock(&mutex_);
    while (queue_.empty() && !finished_ && left_ > 0) changed_.Wait(&mutex_);
    if (queue_.empty() || left_-- <= 0) return std::nullopt;
    v1::SyncRequest request = std::move(queue_.front());
    queue_.pop_front();
    return request;
  }

  void Serve() {
    while (std::optional<v1::SyncRequest> request = Next()) {
      std::optional<v1::SyncResponse> response;
      {
        MutexLock lock(&shared_.mutex);
        response = shared_.controller.Handle(*request);
        shared_.changed.NotifyAll();
      }
      if (response.has_value()) events_.OnReceived(*response);
    }
    events_.OnClosed(absl::UnavailableError("broken by the test"));
  }

  Shared& shared_;
  SyncStreamEvents& events_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<v1::SyncRequest> queue_ ABSL_GUARDED_BY(mutex_);
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  int left_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

class BreakingDialer : public Dialer {
 public:
  explicit BreakingDialer(BreakingStream::Shared& shared) : shared_(shared) {}
  std::shared_ptr<SyncStream> Dial(SyncStreamEvents& events) override {
    MutexLock lock(&shared_.mutex);
    shared_.controller.StreamEnded();
    return std::make_shared<BreakingStream>(shared_, events, 1 + dialed_++ % 7);
  }

 private:
  BreakingStream::Shared& shared_;
  int dialed_ = 0;
};

std::vector<absl::StatusOr<ProbeResult>> RunAtOnce(
    const std::vector<Job>& jobs, const SuperviseOptions&, int,
    const std::function<void(size_t, const absl::StatusOr<ProbeResult>&)>&
        done) {
  std::vector<absl::StatusOr<ProbeResult>> results;
  for (size_t i = 0; i < jobs.size(); ++i) {
    ProbeResult result;
    result.end = ProbeEnd::kFinished;
    result.record = Uniform(jobs[i].program);
    results.emplace_back(result);
    done(i, results.back());
  }
  return results;
}

TEST(AgentTest, EveryRunIsCommittedOverStreamsThatBreak) {
  const TemporaryFolder folder;
  const auto spool = *Spool::Open(folder / "spool", {});
  const auto sets = *BodyCache::Open(folder / "sets", 1 << 20);
  const auto programs = *BodyCache::Open(folder / "programs", 1 << 20);
  BreakingStream::Shared shared;
  BreakingDialer dialer(shared);
  AgentOptions options;
  options.backoff = {.first = std::chrono::milliseconds(1),
                     .most = std::chrono::milliseconds(4)};
  options.read_facts = [] { return Facts{{"kernel", "6.1"}}; };
  options.measure.run_jobs = RunAtOnce;
  {
    MutexLock lock(&shared.mutex);
    for (int i = 0; i < 8; ++i) {
      const Program program = BindPair({"127.0.0." + std::to_string(i + 1)});
      AssignmentSet set;
      set.assignments.push_back(
          {.plan = "plan",
           .measurement = shared.controller.AddProgram(program),
           .world = World::kReplica});
      shared.controller.Want("r" + std::to_string(i), set);
    }
  }
  Agent agent({.host_id = "h", .process_uuid = NewUuid()}, options, dialer,
              *spool, *sets, *programs);
  std::thread running([&agent] { agent.Run(); });
  {
    MutexLock lock(&shared.mutex);
    for (int i = 0; i < 8; ++i) {
      while (shared.controller.Committed("r" + std::to_string(i)) == nullptr) {
        shared.changed.Wait(&shared.mutex);
      }
    }
  }
  agent.Drain();
  running.join();
  MutexLock lock(&shared.mutex);
  EXPECT_THAT(shared.controller.violations, IsEmpty());
}

TEST(AgentTest, ADrainBeforeAnythingElseEnds) {
  const TemporaryFolder folder;
  const auto spool = *Spool::Open(folder / "spool", {});
  const auto sets = *BodyCache::Open(folder / "sets", 1 << 20);
  const auto programs = *BodyCache::Open(folder / "programs", 1 << 20);
  BreakingStream::Shared shared;
  BreakingDialer dialer(shared);
  AgentOptions options;
  options.read_facts = [] { return Facts(); };
  Agent agent({.host_id = "h", .process_uuid = NewUuid()}, options, dialer,
              *spool, *sets, *programs);
  agent.Drain();
  agent.Drain();
  agent.Run();
  MutexLock lock(&shared.mutex);
  EXPECT_TRUE(shared.controller.draining);
}

}  // namespace
}  // namespace sockdrift
