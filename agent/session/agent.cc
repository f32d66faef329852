#include "agent/session/agent.h"

#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/log.h"

namespace sockdrift {
namespace {

SteadyTime Now() { return std::chrono::steady_clock::now(); }

std::function<double()> Randomness() {
  return [engine = std::mt19937_64(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(engine);
  };
}

}  // namespace

Agent::Agent(Identity identity, AgentOptions options, Dialer& dialer,
             Spool& spool, BodyCache& sets, BodyCache& programs)
    : options_(std::move(options)),
      dialer_(dialer),
      spool_(spool),
      programs_(programs),
      session_(std::move(identity), spool, sets, programs),
      backoff_(options_.backoff, Randomness()) {}

template <typename Condition>
bool Agent::WaitUntil(SteadyTime time, const Condition& done) {
  while (!done()) {
    if (!changed_.WaitUntil(&mutex_, time)) return done();
  }
  return true;
}

void Agent::SendLocked() {
  for (v1::SyncRequest& request : session_.TakeRequests()) {
    stream_->Send(std::move(request));
  }
}

void Agent::Run() {
  std::thread worker([this] { Work(); });
  for (;;) {
    HoldStream();
    MutexLock lock(&mutex_);
    if (draining_) break;
    WaitToDialAgain();
    if (draining_) break;
  }
  {
    MutexLock lock(&mutex_);
    AwaitRun();
    stop_work_ = true;
    changed_.NotifyAll();
  }
  worker.join();
}

void Agent::Drain() {
  MutexLock lock(&mutex_);
  if (draining_) return;
  draining_ = true;
  drain_end_ = Now() + options_.drain_timeout;
  session_.Drain();
  if (stream_ != nullptr) SendLocked();
  changed_.NotifyAll();
}

void Agent::HoldStream() {
  const Facts facts = options_.read_facts();
  std::shared_ptr<SyncStream> stream = dialer_.Dial(*this);
  MutexLock lock(&mutex_);
  const SteadyTime opened = Now();
  stream_ = std::move(stream);
  session_.Opened(facts);
  SendLocked();
  while (!closed_.has_value() && !draining_) changed_.Wait(&mutex_);
  if (draining_) FinishDraining();
  // OnClosed is the last that refers to this object.
  while (!closed_.has_value()) changed_.Wait(&mutex_);
  stream_.reset();
  session_.Closed();
  if (broken_.ok()) broken_ = *closed_;
  if (!draining_) {
    const std::chrono::milliseconds wait =
        backoff_.After(broken_, Now() - opened);
    Log(LogLevel::kWarning, "the stream to the controller ended",
        {{"status", absl::StatusCodeToString(broken_.code())},
         {"error", broken_.message()},
         {"again_in", absl::StrCat(wait.count(), "ms")}});
    dial_again_ = Now() + wait;
  }
  broken_ = absl::OkStatus();
  closed_.reset();
}

void Agent::WaitToDialAgain() {
  WaitUntil(dial_again_, [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return draining_;
  });
}

// Until the run being made has ended or the drain has taken too long.
void Agent::AwaitRun() {
  WaitUntil(drain_end_, [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !session_.making_a_run();
  });
}

void Agent::FinishDraining() {
  AwaitRun();
  if (closed_.has_value()) return;
  stream_->FinishSending();
  if (!WaitUntil(Now() + options_.close_timeout,
                 [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
                   return closed_.has_value();
                 })) {
    stream_->Abort();
  }
}

void Agent::OnReceived(const v1::SyncResponse& response) {
  MutexLock lock(&mutex_);
  if (stream_ == nullptr || !broken_.ok()) return;
  broken_ = session_.Receive(response, Now());
  if (broken_.ok()) {
    SendLocked();
  } else {
    stream_->Abort();
  }
  changed_.NotifyAll();
}

void Agent::OnClosed(const absl::Status& status) {
  MutexLock lock(&mutex_);
  closed_ = status;
  changed_.NotifyAll();
}

bool Agent::CancelledNow() {
  MutexLock lock(&mutex_);
  return session_.OrderCancelled() || stop_work_;
}

void Agent::Work() noexcept {
  for (;;) {
    std::optional<RunOrder> order;
    {
      MutexLock lock(&mutex_);
      while (!stop_work_ && !(order = session_.TakeOrder(Now())).has_value()) {
        if (stream_ != nullptr) SendLocked();
        changed_.Wait(&mutex_);
      }
      if (stop_work_) return;
    }
    MakeRun(*order);
  }
}

void Agent::MakeRun(const RunOrder& order) {
  Log(LogLevel::kInfo, "a run begins",
      {{"run", order.run_id},
       {"assignments", absl::StrCat(order.set.assignments.size())}});
  const Facts facts = options_.read_facts();
  MeasureOptions measure = options_.measure;
  measure.program = [this](const Digest& digest) {
    return programs_.Find(digest);
  };
  measure.cancelled = [this] { return CancelledNow(); };
  measure.progress = [this](int finished, int total) {
    MutexLock lock(&mutex_);
    session_.Progressed(finished, total, Now());
    if (stream_ != nullptr) SendLocked();
  };
  absl::StatusOr<Measured> measured = MeasureSet(order, measure);
  ProbeCounts counts;
  if (measured.ok()) {
    counts = measured->counts;
    spool_.Put({.run_id = order.run_id,
                .report = std::move(measured->report),
                .facts = facts,
                .end = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now())),
                .records = std::move(measured->records)});
  }
  Log(LogLevel::kInfo, "a run ended",
      {{"run", order.run_id},
       {"status", absl::StatusCodeToString(measured.status().code())}});
  MutexLock lock(&mutex_);
  session_.UpdateFacts(facts);
  session_.OrderEnded(measured.ok(), counts);
  if (stream_ != nullptr) SendLocked();
  changed_.NotifyAll();
}

}  // namespace sockdrift
