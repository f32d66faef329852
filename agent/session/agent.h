// The running agent: one thread that dials, one that makes runs, and the
// session between them.
#ifndef SOCKDRIFT_AGENT_SESSION_AGENT_H_
#define SOCKDRIFT_AGENT_SESSION_AGENT_H_

#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "absl/status/status.h"
#include "agent/session/backoff.h"
#include "agent/session/measure.h"
#include "agent/session/session.h"
#include "agent/session/stream.h"
#include "core/base/mutex.h"

namespace sockdrift {

struct AgentOptions {
  BackoffLimits backoff;
  // How long a drain waits for the run being made, and then for the stream's
  // end.
  std::chrono::milliseconds drain_timeout{20'000};
  std::chrono::milliseconds close_timeout{2'000};
  std::function<Facts()> read_facts;
  // Its `program`, `cancelled` and `progress` are the agent's to fill.
  MeasureOptions measure;
};

class Agent : private SyncStreamEvents {
 public:
  // All of them must outlive it.
  Agent(Identity identity, AgentOptions options, Dialer& dialer, Spool& spool,
        BodyCache& sets, BodyCache& programs);

  // Dials, and goes on until Drain; returns when the drain is done.
  void Run();
  // From any thread, any number of times: takes up no new run, waits for the
  // one being made, states its result and lets Run return.
  void Drain();

 private:
  void OnReceived(const v1::SyncResponse& response) override;
  void OnClosed(const absl::Status& status) override;

  void Work() noexcept;
  void MakeRun(const RunOrder& order);
  void HoldStream() ABSL_LOCKS_EXCLUDED(mutex_);
  void WaitToDialAgain() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AwaitRun() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FinishDraining() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SendLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool CancelledNow();
  // Waits until `done` or the time; false at the time.
  template <typename Condition>
  bool WaitUntil(SteadyTime time, const Condition& done)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const AgentOptions options_;
  Dialer& dialer_;
  Spool& spool_;
  BodyCache& programs_;

  Mutex mutex_;
  CondVar changed_;
  Session session_ ABSL_GUARDED_BY(mutex_);
  Backoff backoff_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<SyncStream> stream_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> closed_ ABSL_GUARDED_BY(mutex_);
  // Why we ended the stream ourselves.
  absl::Status broken_ ABSL_GUARDED_BY(mutex_);
  SteadyTime dial_again_ ABSL_GUARDED_BY(mutex_);
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  SteadyTime drain_end_ ABSL_GUARDED_BY(mutex_);
  bool stop_work_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SESSION_AGENT_H_
