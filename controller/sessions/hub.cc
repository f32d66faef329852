#include "controller/sessions/hub.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "controller/sessions/hub_lock.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"
#include "wire/convert/bodies.h"

namespace sockdrift {
namespace {

// How long the loop sleeps when nothing is due: asks that nobody answered and
// rows that the disk refused are looked at this often.
constexpr absl::Duration kTick = absl::Seconds(1);
constexpr absl::Duration kCountersInterval = absl::Minutes(1);
// How long an ended run is known without the store: its last rows are on their
// way to the disk, and whoever started it is about to watch it.
constexpr absl::Duration kRemembered = absl::Minutes(1);
constexpr absl::Duration kForgetInterval = absl::Hours(1);

}  // namespace

Hub::Hub(Store& store, ProgramBook& programs, HubOptions options)
    : store_(store), programs_(programs), options_(options), book_(fleet_) {}

Hub::~Hub() {
  {
    Lock lock(this);
    stopping_ = true;
    wake_.NotifyAll();
  }
  if (time_thread_.joinable()) time_thread_.join();
  // Commits that are under way call back into the hub.
  store_.Flush();
}

absl::Status Hub::StorePlans(const std::vector<PlanOfRun>& catalogue) {
  std::vector<Change> plans;
  for (const PlanOfRun& known : catalogue) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<Change> changes,
                               programs_.Add(known.plan, known.yaml));
    std::move(changes.begin(), changes.end(), std::back_inserter(plans));
  }
  return CommitAndWait(store_, std::move(plans));
}

absl::Status Hub::Start(std::vector<PlanOfRun> catalogue) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const StoredState state, store_.Load());
  SOCKDRIFT_RETURN_IF_ERROR(StorePlans(catalogue));
  Lock lock(this);
  catalogue_ =
      std::make_shared<const std::vector<PlanOfRun>>(std::move(catalogue));
  for (const HostRow& row : state.hosts) fleet_.Restore(row);
  for (const HostFactsRow& row : state.facts) {
    if (KnownHost* host = fleet_.Find(row.host)) {
      host->facts_digest = row.facts;
      host->facts = FactsOf(row.facts);
    }
  }
  for (const SightingRow& row : state.sightings) sightings_.Put(row);
  // Each agent is asked when it joins.
  counters_asked_ = absl::Now();
  SOCKDRIFT_RETURN_IF_ERROR(RestoreRuns(state));
  ForgetOldRuns(absl::Now());
  RenewStandingRun(absl::Now());
  RunChanges changes;
  book_.Advance(absl::Now(), changes);
  Apply(std::move(changes));
  time_thread_ = std::thread([this] { TimeLoop(); });
  return absl::OkStatus();
}

absl::Status Hub::RestoreRuns(const StoredState& state) {
  for (const RunRow& row : state.runs) {
    Run run;
    run.row = row;
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::string body, store_.Set(row.set));
    v1::AssignmentSet proto;
    if (!proto.ParseFromString(body)) {
      return absl::DataLossError(
          absl::StrCat("the assignment set of run ", row.id, " is damaged"));
    }
    SOCKDRIFT_ASSIGN_OR_RETURN(AssignmentSet set, FromProto(proto));
    run.set = std::make_shared<AssignmentSet>(std::move(set));
    for (const RunHostRow& host : state.run_hosts) {
      if (host.run != row.id) continue;
      run.hosts[host.host].row = host;
      run.hosts[host.host].revision = ++run.revision;
    }
    Log(LogLevel::kInfo, "a run goes on",
        {{"run", row.id}, {"hosts", absl::StrCat(run.hosts.size())}});
    book_.Take(std::move(run));
  }
  return absl::OkStatus();
}

std::shared_ptr<const std::vector<PlanOfRun>> Hub::Catalogue() const {
  MutexLock lock(&mutex_);
  return catalogue_;
}

absl::Status Hub::UseCatalogue(std::vector<PlanOfRun> catalogue) {
  SOCKDRIFT_RETURN_IF_ERROR(StorePlans(catalogue));
  Lock lock(this);
  catalogue_ =
      std::make_shared<const std::vector<PlanOfRun>>(std::move(catalogue));
  RenewStandingRun(absl::Now());
  poked_ = true;
  wake_.NotifyAll();
  return absl::OkStatus();
}

void Hub::RenewStandingRun(absl::Time now) {
  if (options_.audit_interval <= absl::ZeroDuration()) return;
  const absl::StatusOr<RunOrder> order =
      StandingOrder(*catalogue_, options_.audit_interval, absl::ZeroDuration());
  if (!order.ok()) return;
  const Digest wanted = AssignmentSetDigest(order->set);
  std::vector<std::string> others;
  for (const auto& [id, run] : book_.runs()) {
    if (run.running() && run.row.standing && run.row.set != wanted) {
      others.push_back(id);
    }
  }
  for (const std::string& id : others) {
    Log(LogLevel::kInfo, "the plans are others: the standing run ends",
        {{"run", id}});
    RunChanges changes;
    if (book_.Cancel(id, now, changes).ok()) Apply(std::move(changes));
  }
  OpenStandingRun(now);
}

void Hub::OpenStandingRun(absl::Time now) {
  if (options_.audit_interval <= absl::ZeroDuration() || catalogue_->empty()) {
    return;
  }
  for (const auto& [id, run] : book_.runs()) {
    if (run.running() && run.row.standing) return;
  }
  // The first one comes when hosts join, one by one; a later one would come to
  // the whole fleet in the same second.
  const bool first = counts_.runs_started == 0;
  const absl::StatusOr<RunOrder> order = StandingOrder(
      *catalogue_, options_.audit_interval,
      first ? absl::ZeroDuration()
            : std::min(options_.audit_interval / 10, absl::Minutes(5)));
  Run run;
  run.row.created = now;
  absl::StatusOr<std::vector<Change>> rows =
      order.ok() ? RowsOf(*order, run) : order.status();
  if (!rows.ok()) {
    Log(LogLevel::kError, "no standing run",
        {{"error", std::string(rows.status().message())}});
    return;
  }
  ++counts_.runs_started;
  book_.Take(std::move(run));
  CommitRows(*std::move(rows));
}

void Hub::TimeLoop() {
  while (true) {
    absl::Duration wait;
    {
      // Watchers are called when this lock is released, so it is not the one
      // that is waited with.
      Lock lock(this);
      wait = Tick(absl::Now());
    }
    MutexLock lock(&mutex_);
    if (stopping_) return;
    if (!poked_) {
      wake_.WaitUntil(&mutex_, std::chrono::steady_clock::now() +
                                   absl::ToChronoNanoseconds(wait));
    }
    poked_ = false;
  }
}

absl::Duration Hub::Tick(absl::Time now) {
  RunChanges changes;
  book_.Advance(now, changes);
  Apply(std::move(changes));
  OpenStandingRun(now);
  WakeWaiting();
  SaveAgain();
  ForgetOldRuns(now);
  if (now - counters_asked_ >= kCountersInterval) {
    counters_asked_ = now;
    for (auto& [id, peer] : conversations_) {
      if (!peer.welcomed || peer.ended) continue;
      v1::SyncResponse ask;
      ask.set_counters_wanted(true);
      peer.sink->Send(std::move(ask));
    }
  }
  if (unsaved_.empty()) book_.Forget(now - kRemembered);
  return std::min(kTick,
                  std::max(book_.NextEvent(now) - now, absl::Milliseconds(1)));
}

void Hub::ForgetOldRuns(absl::Time now) {
  if (options_.keep_runs == absl::ZeroDuration() ||
      now - runs_forgotten_ < kForgetInterval) {
    return;
  }
  runs_forgotten_ = now;
  store_.Commit({ForgetRuns{now - options_.keep_runs}}, nullptr);
}

void Hub::Apply(RunChanges changes) {
  for (const Change& change : changes.rows) {
    if (const auto* run = std::get_if<RunRow>(&change)) {
      if (run->phase == RunPhase::kRunning) continue;
      ++counts_.runs_ended[run->phase];
      Log(LogLevel::kInfo, "a run ended", {{"run", run->id}});
    } else if (const auto* host = std::get_if<RunHostRow>(&change)) {
      if (IsFinal(host->state)) ++counts_.results[host->state];
    }
  }
  if (!changes.rows.empty()) CommitRows(std::move(changes.rows));
  for (const std::string& host : changes.told) SendWanted(host);
  for (const std::string& run : changes.runs) {
    const auto [first, last] = watchers_.equal_range(run);
    for (auto it = first; it != last; ++it) {
      after_.push_back([weak = it->second] {
        if (const auto watcher = weak.lock()) watcher->Changed();
      });
    }
  }
  // The loop may have to wake earlier than it thought.
  if (!changes.runs.empty()) {
    poked_ = true;
    wake_.NotifyAll();
  }
}

void Hub::CommitRows(std::vector<Change> rows) {
  std::set<std::string> runs;
  for (const Change& change : rows) {
    if (const auto* run = std::get_if<RunRow>(&change)) runs.insert(run->id);
    if (const auto* host = std::get_if<RunHostRow>(&change)) {
      runs.insert(host->run);
    }
  }
  store_.Commit(std::move(rows), [this, runs](const absl::Status& status) {
    if (status.ok()) return;
    Lock lock(this);
    ++counts_.commits_failed;
    unsaved_.insert(runs.begin(), runs.end());
  });
}

void Hub::SaveAgain() {
  if (unsaved_.empty()) return;
  std::vector<Change> rows;
  for (const std::string& id : std::exchange(unsaved_, {})) {
    const Run* run = book_.Find(id);
    if (run == nullptr) continue;
    const auto set = store_.Set(run->row.set);
    if (!set.ok()) {
      rows.push_back(
          SetRow{run->row.set, ToProto(*run->set).SerializeAsString()});
    }
    rows.push_back(run->row);
    for (const auto& [host_id, host] : run->hosts) {
      if (!host.committing) rows.push_back(host.row);
    }
  }
  CommitRows(std::move(rows));
}

std::shared_ptr<const Facts> Hub::FactsOf(const Digest& digest) {
  std::weak_ptr<const Facts>& held = facts_[digest];
  if (std::shared_ptr<const Facts> facts = held.lock()) return facts;
  const absl::StatusOr<std::string> body = store_.Facts(digest);
  v1::FactSet proto;
  if (!body.ok() || !proto.ParseFromString(*body)) return nullptr;
  absl::StatusOr<Facts> read = FromProto(proto);
  if (!read.ok()) return nullptr;
  auto facts = std::make_shared<const Facts>(*std::move(read));
  held = facts;
  return facts;
}

std::shared_ptr<const Facts> Hub::FindFacts(const Digest& digest) {
  Lock lock(this);
  return FactsOf(digest);
}

std::vector<KnownHost> Hub::Hosts() const {
  MutexLock lock(&mutex_);
  std::vector<KnownHost> hosts;
  hosts.reserve(fleet_.hosts().size());
  for (const auto& [id, host] : fleet_.hosts()) hosts.push_back(host);
  return hosts;
}

std::map<PlanWorld, std::vector<SightingRow>> Hub::Sightings() const {
  MutexLock lock(&mutex_);
  std::map<PlanWorld, std::vector<SightingRow>> all;
  for (const auto& [key, hosts] : sightings_.all()) {
    std::vector<SightingRow>& rows = all[key];
    rows.reserve(hosts.size());
    for (const auto& [id, row] : hosts) rows.push_back(row);
  }
  return all;
}

uint64_t Hub::SightingsRevision() const {
  MutexLock lock(&mutex_);
  return sightings_.revision();
}

std::optional<absl::Time> Hub::LastAudit(const std::string& host) const {
  MutexLock lock(&mutex_);
  return sightings_.LastSeen(host);
}

HubCounts Hub::Counts() const {
  MutexLock lock(&mutex_);
  HubCounts counts = counts_;
  for (const auto& [id, run] : book_.runs()) {
    if (run.running()) ++counts.runs_running;
  }
  return counts;
}

}  // namespace sockdrift
