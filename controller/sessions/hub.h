// Where agents' streams, the fleet, runs and the store meet. It knows nothing
// of gRPC: streams give it messages and are given messages.
//
// What an agent is told is committed was committed; what an operator is told
// has begun is on disk. Whatever is lost with this process is stated again by
// the agents and read again from the rows.
#ifndef SOCKDRIFT_CONTROLLER_SESSIONS_HUB_H_
#define SOCKDRIFT_CONTROLLER_SESSIONS_HUB_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/fleet/fleet.h"
#include "controller/fleet/sighting_index.h"
#include "controller/runs/program_book.h"
#include "controller/runs/run_book.h"
#include "controller/runs/run_request.h"
#include "controller/sessions/conversation.h"
#include "controller/sessions/counts.h"
#include "controller/sessions/request.h"
#include "controller/store/store.h"
#include "core/base/mutex.h"
#include "sockdrift/v1/agent_service.pb.h"
#include "sockdrift/v1/fleet_service.pb.h"

namespace sockdrift {

struct HubOptions {
  // How long a standing run is kept open before the next one; each asks every
  // host for one audit. Zero: none.
  absl::Duration audit_interval = absl::Hours(24);
  // How long ended runs are kept. Zero: for ever.
  absl::Duration keep_runs = absl::Hours(24 * 90);
};

// What a host is to whoever analyses it.
struct HostView {
  std::string id;
  std::shared_ptr<const Facts> facts;  // null while they are not known
  Labels labels;
};

// Told, without any lock held, that a run changed.
class RunWatcher {
 public:
  virtual ~RunWatcher() = default;
  virtual void Changed() = 0;
};

// A run and those of its hosts that changed after a revision.
struct RunView {
  v1::Run run;
  std::vector<v1::RunHost> hosts;
  uint64_t revision = 0;
  bool ended = false;
};

// Thread-safe.
class Hub {
 public:
  // `store` and `programs` must outlive the hub.
  Hub(Store& store, ProgramBook& programs, HubOptions options);
  ~Hub();

  // Takes up what the store holds, then the standing run.
  absl::Status Start(std::vector<PlanOfRun> catalogue);
  // Takes other plans for the catalogue. A standing run of other plans than
  // these ends, so that hosts need not wait for the next one.
  absl::Status UseCatalogue(std::vector<PlanOfRun> catalogue);

  // --- agents' streams ---

  // A stream was opened. `names` are those of the peer's certificate; nullopt
  // where there is none because the channel needs none.
  SessionId Open(std::shared_ptr<AgentSink> sink,
                 std::optional<std::vector<std::string>> names);
  void Receive(SessionId session, const v1::SyncRequest& request);
  // It is gone, whoever ended it.
  void Closed(SessionId session);
  // Ends every stream with UNAVAILABLE: the controller stops.
  void Drain();

  // --- operators ---

  absl::StatusOr<RunView> StartRun(const v1::StartRunRequest& request);
  // What StartRun would start.
  absl::StatusOr<RunOrder> ReadOrder(const v1::StartRunRequest& request) const;
  // Of programs that the book knows already `order.plans` may be empty.
  absl::StatusOr<RunView> StartRun(const RunOrder& order);
  absl::StatusOr<RunView> CancelRun(const std::string& id);
  // Hosts that changed after `revision`; 0: all.
  absl::StatusOr<RunView> ViewRun(const std::string& id, uint64_t revision);
  absl::StatusOr<std::vector<v1::Run>> ListRuns(int limit);
  // Until the watcher is destroyed. NOT_FOUND: the run has ended long ago or
  // never was; ViewRun knows which.
  absl::Status Watch(const std::string& id,
                     const std::shared_ptr<RunWatcher>& watcher);
  void Unwatch(const std::string& id);

  // --- what is known ---

  std::vector<KnownHost> Hosts() const;
  // Latest sightings; of one plan and world each.
  std::map<PlanWorld, std::vector<SightingRow>> Sightings() const;
  uint64_t SightingsRevision() const;
  std::optional<absl::Time> LastAudit(const std::string& host) const;
  HubCounts Counts() const;
  // The plans that it runs by itself.
  std::shared_ptr<const std::vector<PlanOfRun>> Catalogue() const;
  // Stores the hosts of an imported file, which are not to be connected.
  absl::Status Import(const std::vector<std::string>& hosts,
                      std::vector<Change> changes,
                      const std::vector<SightingRow>& sightings,
                      const std::map<std::string, Digest>& facts);
  // Facts by digest, from memory or the store; null where they are not known.
  std::shared_ptr<const Facts> FindFacts(const Digest& digest);

  Store& store() { return store_; }
  ProgramBook& programs() { return programs_; }

 private:
  class Lock;

  // hub.cc
  void TimeLoop();
  // What time brings; how long until it brings more.
  absl::Duration Tick(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status RestoreRuns(const StoredState& state)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status StorePlans(const std::vector<PlanOfRun>& catalogue);
  // Ends standing runs of other plans than the catalogue's, opens one where
  // there is none.
  void RenewStandingRun(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OpenStandingRun(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Apply(RunChanges changes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CommitRows(std::vector<Change> rows)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SaveAgain() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Once an hour: drops the ended runs that are older than is kept.
  void ForgetOldRuns(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::shared_ptr<const Facts> FactsOf(const Digest& digest)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // hub_agents.cc
  absl::Status Handle(Conversation& peer, ReceivedRequest request)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Join(Conversation& peer, const ReceivedHello& hello,
                    int64_t sequence, v1::SyncResponse& reply)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TakeFacts(Conversation& peer, ReceivedFacts facts)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AskFacts(Conversation& peer, const Digest& digest,
                v1::SyncResponse& reply) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status SendBodies(Conversation& peer, const ReceivedRequest& request,
                          v1::SyncResponse& reply)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WriteWanted(const std::string& host, v1::WantedRuns& wanted) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SendWanted(const std::string& host)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(Conversation& peer, const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Conversation* FindConversation(SessionId session)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // hub_answers.cc
  absl::Status TakeBodies(Conversation& peer, ReceivedRequest& request)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TakeResult(Conversation& peer, ReceivedResult result,
                  v1::SyncResponse& reply)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Goes on with every result that waits; what is still needed is asked for.
  absl::Status Settle(Conversation& peer, v1::SyncResponse& reply)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status SettleOne(Conversation& peer, PendingResult& pending,
                         v1::SyncResponse& reply)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // True when this stream is the one to ask for the body.
  bool MayAsk(Conversation& peer, const Digest& digest)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CommitAnswer(Conversation& peer, PendingResult& pending,
                            const Report& report,
                            const std::vector<RecordRow>& records)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AnswerCommitted(SessionId session, const CommittedAnswer& answer,
                       const absl::Status& status);
  void WakeWaiting() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // hub_runs.cc
  absl::StatusOr<std::vector<Change>> RowsOf(const RunOrder& order, Run& run)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Run> LoadRun(const std::string& id);
  RunView View(const Run& run, uint64_t revision) const;

  Store& store_;
  ProgramBook& programs_;
  const HubOptions options_;

  mutable Mutex mutex_;
  std::shared_ptr<const std::vector<PlanOfRun>> catalogue_
      ABSL_GUARDED_BY(mutex_);
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  // Something changed that the loop has not seen.
  bool poked_ ABSL_GUARDED_BY(mutex_) = false;
  Fleet fleet_ ABSL_GUARDED_BY(mutex_);
  RunBook book_ ABSL_GUARDED_BY(mutex_);
  SightingIndex sightings_ ABSL_GUARDED_BY(mutex_);
  SessionId last_session_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<SessionId, Conversation> conversations_ ABSL_GUARDED_BY(mutex_);
  // The highest sequence of each host's process.
  std::map<std::string, std::pair<std::string, int64_t>> sequences_
      ABSL_GUARDED_BY(mutex_);
  // Who was asked for a body and when: nobody else is meanwhile.
  struct Ask {
    SessionId session;
    absl::Time at;
  };
  std::map<Digest, Ask> asked_ ABSL_GUARDED_BY(mutex_);
  std::set<SessionId> waiting_ ABSL_GUARDED_BY(mutex_);
  std::map<Digest, std::weak_ptr<const Facts>> facts_ ABSL_GUARDED_BY(mutex_);
  std::multimap<std::string, std::weak_ptr<RunWatcher>> watchers_
      ABSL_GUARDED_BY(mutex_);
  // Runs whose rows the disk refused.
  std::set<std::string> unsaved_ ABSL_GUARDED_BY(mutex_);
  absl::Time counters_asked_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time runs_forgotten_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  HubCounts counts_ ABSL_GUARDED_BY(mutex_);
  // To be called when the lock is released.
  std::vector<std::function<void()>> after_ ABSL_GUARDED_BY(mutex_);

  std::thread time_thread_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SESSIONS_HUB_H_
