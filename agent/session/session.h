// The agent's side of the conversation as a state machine: what comes in,
// what goes out, which run is next. It knows no stream, no thread and no clock
// of its own. proto/sockdrift/v1/agent_service.proto has the rules by number;
// the comments here refer to them.
#ifndef SOCKDRIFT_AGENT_SESSION_SESSION_H_
#define SOCKDRIFT_AGENT_SESSION_SESSION_H_

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "agent/session/identity.h"
#include "agent/spool/body_cache.h"
#include "agent/spool/spool.h"
#include "core/base/digest.h"
#include "core/plan/expectation.h"
#include "sockdrift/v1/agent_service.pb.h"
#include "wire/convert/assignment_set.h"

namespace sockdrift {

using SteadyTime = std::chrono::steady_clock::time_point;

// A run that is to be made now.
struct RunOrder {
  std::string run_id;
  Digest set_digest;
  AssignmentSet set;
  std::optional<SteadyTime> deadline;
};

// What the runs added up to; the worker fills it.
struct ProbeCounts {
  int64_t started = 0;
  int64_t failed = 0;
  int64_t refused = 0;  // assignments, by the policy
};

// Not thread-safe. The spool and the caches must outlive it.
class Session {
 public:
  Session(Identity identity, Spool& spool, BodyCache& sets,
          BodyCache& programs);

  // --- the stream ---

  // A stream was opened: states everything anew (rules 1, 2). What was to be
  // sent on an earlier stream is forgotten.
  void Opened(const Facts& facts);
  // INVALID_ARGUMENT, naming the rule that the controller broke: the caller
  // ends the stream (rule 5).
  absl::Status Receive(const v1::SyncResponse& response, SteadyTime now);
  // The stream is gone. Wanted runs go on as last stated.
  void Closed();
  // What is to be sent, in order; empties it.
  std::vector<v1::SyncRequest> TakeRequests();

  // --- the work ---

  // The next run, if none is being made and one is ready; it counts as being
  // made from now on.
  std::optional<RunOrder> TakeOrder(SteadyTime now);
  // Whether the run being made is no longer wanted.
  bool OrderCancelled() const;
  // One more assignment of the run being made has ended.
  void Progressed(int finished, int total, SteadyTime now);
  // The facts as they are now; those of the next result.
  void UpdateFacts(const Facts& facts);
  // The run being made has ended; `in_spool` when it has a result there.
  void OrderEnded(bool in_spool, const ProbeCounts& counts);

  // No new run is taken up; says so (SyncRequest.draining).
  void Drain();

  bool making_a_run() const { return current_.has_value(); }

 private:
  enum class State { kFetching, kQueued, kRunning, kDone };
  struct Run {
    std::string id;
    Digest set_digest;
    State state = State::kFetching;
    std::optional<SteadyTime> deadline;
    std::chrono::steady_clock::duration progress_interval{};
    int finished = 0;
    int total = 0;
  };
  struct Current {
    std::string run_id;
    Digest set_digest;
    bool cancelled = false;
    SteadyTime last_progress;  // or when it began
  };

  Run* FindRun(absl::string_view id);
  Run* CurrentRun();
  absl::Status TakeSets(const v1::SyncResponse& response);
  absl::Status TakePrograms(const v1::SyncResponse& response);
  absl::Status TakeWanted(const v1::WantedRuns& wanted, SteadyTime now);
  absl::StatusOr<Run> ReadWanted(const v1::WantedRun& wanted, SteadyTime now);
  void TakeCommitted(const std::string& run_id);
  void DropUnwanted();
  absl::Status Answer(const v1::SyncResponse& response);
  bool AnswerRecords(const v1::SyncResponse& response);
  void MeasureLostAgain();
  void FillCounters(v1::AgentCounters& counters) const;
  void FetchMissing();
  std::optional<AssignmentSet> SetOf(const Run& run);
  bool HasAllPrograms(const AssignmentSet& set, v1::SyncRequest& request);
  v1::RunProgress ProgressOf(const Run& run) const;
  v1::RunResult ResultOf(const SpooledResult& result) const;
  v1::SyncRequest& Send();

  const Identity identity_;
  Spool& spool_;
  BodyCache& sets_;
  BodyCache& programs_;

  std::vector<Run> runs_;  // wanted, in the controller's order
  std::optional<Current> current_;
  bool open_ = false;
  bool draining_ = false;
  int64_t sequence_ = 0;
  Facts facts_;
  Digest hello_facts_;
  std::set<Digest> asked_;  // for on this stream
  std::vector<v1::SyncRequest> requests_;
  v1::AgentCounters counters_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SESSION_SESSION_H_
