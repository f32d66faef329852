#include "agent/session/session.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"
#include "wire/convert/bodies.h"

namespace sockdrift {
namespace {

constexpr size_t kMaxRunId = 32;
constexpr std::chrono::seconds kProgressInterval(10);

std::chrono::steady_clock::duration FromProto(
    const google::protobuf::Duration& duration) {
  // Longer than any run: keeps the sum with a steady time from overflowing.
  constexpr int64_t kMost = int64_t{3650} * 24 * 3600;
  const int64_t seconds =
      std::clamp<int64_t>(duration.seconds(), -kMost, kMost);
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::seconds(seconds) +
      std::chrono::nanoseconds(duration.nanos()));
}

bool IsRunId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxRunId &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '_' || c == '-';
         });
}

}  // namespace

Session::Session(Identity identity, Spool& spool, BodyCache& sets,
                 BodyCache& programs)
    : identity_(std::move(identity)),
      spool_(spool),
      sets_(sets),
      programs_(programs) {}

Session::Run* Session::FindRun(absl::string_view id) {
  const auto at = std::find_if(runs_.begin(), runs_.end(),
                               [&](const Run& run) { return run.id == id; });
  return at == runs_.end() ? nullptr : &*at;
}

// The wanted run that is being made; null when there is none or it is no
// longer wanted as it was.
Session::Run* Session::CurrentRun() {
  if (!current_.has_value() || current_->cancelled) return nullptr;
  return FindRun(current_->run_id);
}

absl::Status Session::Receive(const v1::SyncResponse& response,
                              SteadyTime now) {
  if (response.has_welcome()) {
    Log(LogLevel::kInfo, "the controller answers",
        {{"version", response.welcome().controller_version()}});
  }
  SOCKDRIFT_RETURN_IF_ERROR(TakeSets(response));
  SOCKDRIFT_RETURN_IF_ERROR(TakePrograms(response));
  for (const std::string& run_id : response.committed_run_ids()) {
    TakeCommitted(run_id);
  }
  if (response.has_wanted()) {
    SOCKDRIFT_RETURN_IF_ERROR(TakeWanted(response.wanted(), now));
  }
  SOCKDRIFT_RETURN_IF_ERROR(Answer(response));
  FetchMissing();
  return absl::OkStatus();
}

absl::Status Session::TakeSets(const v1::SyncResponse& response) {
  for (const v1::AssignmentSet& set : response.sets()) {
    // Converting is what checks it (rule 4).
    SOCKDRIFT_RETURN_IF_ERROR(sockdrift::FromProto(set).status());
    SOCKDRIFT_ASSIGN_OR_RETURN(const Digest digest,
                               Digest::FromBytes(set.set_digest()));
    sets_.Put(digest, set.SerializeAsString());
    asked_.erase(digest);
  }
  return absl::OkStatus();
}

absl::Status Session::TakePrograms(const v1::SyncResponse& response) {
  for (const v1::Program& program : response.programs()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::string bytes, ProgramBytes(program));
    SOCKDRIFT_ASSIGN_OR_RETURN(const Digest digest,
                               Digest::FromBytes(program.measurement_digest()));
    programs_.Put(digest, bytes);
    asked_.erase(digest);
  }
  return absl::OkStatus();
}

void Session::TakeCommitted(const std::string& run_id) {
  if (!spool_.Remove(run_id)) return;
  const auto at = std::find_if(runs_.begin(), runs_.end(), [&](const Run& run) {
    return run.id == run_id;
  });
  if (at != runs_.end() && at->state == State::kDone) runs_.erase(at);
  Log(LogLevel::kInfo, "a result was committed", {{"run", run_id}});
}

absl::StatusOr<Session::Run> Session::ReadWanted(const v1::WantedRun& wanted,
                                                 SteadyTime now) {
  if (!IsRunId(wanted.run_id())) {
    return absl::InvalidArgumentError(
        absl::StrCat("the run id '", wanted.run_id(), "' must be 1 to ",
                     kMaxRunId, " characters of [A-Za-z0-9_-]"));
  }
  Run run;
  run.id = wanted.run_id();
  SOCKDRIFT_ASSIGN_OR_RETURN(run.set_digest,
                             Digest::FromBytes(wanted.set_digest()));
  const Run* before = FindRun(run.id);
  if (before != nullptr && before->set_digest == run.set_digest) run = *before;
  run.deadline.reset();
  if (wanted.has_remaining_timeout()) {
    run.deadline = now + FromProto(wanted.remaining_timeout());
  }
  run.progress_interval = kProgressInterval;
  if (wanted.has_progress_interval()) {
    run.progress_interval = FromProto(wanted.progress_interval());
  }
  return run;
}

absl::Status Session::TakeWanted(const v1::WantedRuns& wanted, SteadyTime now) {
  std::vector<Run> runs;
  std::set<std::string> ids;
  for (const v1::WantedRun& one : wanted.runs()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(Run run, ReadWanted(one, now));
    if (!ids.insert(run.id).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("the run ", run.id, " is wanted twice"));
    }
    runs.push_back(std::move(run));
  }
  runs_ = std::move(runs);
  DropUnwanted();
  return absl::OkStatus();
}

// Rule 2: what is not in the list is cancelled, whatever its state.
void Session::DropUnwanted() {
  if (current_.has_value()) {
    const Run* run = FindRun(current_->run_id);
    if (run == nullptr || run->set_digest != current_->set_digest) {
      current_->cancelled = true;
    }
  }
  for (const SpooledResult& result : spool_.Results()) {
    Run* run = FindRun(result.run_id);
    if (run != nullptr && run->set_digest == result.set) {
      run->state = State::kDone;
    } else {
      spool_.Remove(result.run_id);
      counters_.set_runs_cancelled_count(counters_.runs_cancelled_count() + 1);
      Log(LogLevel::kInfo, "a result is no longer wanted",
          {{"run", result.run_id}});
    }
  }
  MeasureLostAgain();
}

// A wanted run whose result a full spool dropped, or whose file became
// unreadable, has none any more.
void Session::MeasureLostAgain() {
  std::set<std::string> spooled;
  for (const SpooledResult& result : spool_.Results()) {
    spooled.insert(result.run_id);
  }
  for (Run& run : runs_) {
    if (run.state != State::kDone || spooled.contains(run.id)) continue;
    run.state = State::kFetching;
    Log(LogLevel::kWarning, "a result was lost; its run is made again",
        {{"run", run.id}});
  }
}

std::optional<AssignmentSet> Session::SetOf(const Run& run) {
  const std::optional<std::string> bytes = sets_.Find(run.set_digest);
  v1::AssignmentSet proto;
  if (!bytes.has_value() || !proto.ParseFromString(*bytes)) return std::nullopt;
  absl::StatusOr<AssignmentSet> set = sockdrift::FromProto(proto);
  if (!set.ok()) return std::nullopt;
  return *std::move(set);
}

bool Session::HasAllPrograms(const AssignmentSet& set,
                             v1::SyncRequest& request) {
  bool all = true;
  for (const Assignment& assignment : set.assignments) {
    if (programs_.Has(assignment.measurement)) continue;
    all = false;
    if (open_ && asked_.insert(assignment.measurement).second) {
      request.add_programs_wanted(std::string(assignment.measurement.View()));
    }
  }
  return all;
}

// Asks once a stream for what is missing, and queues the runs that lack
// nothing.
void Session::FetchMissing() {
  v1::SyncRequest request;
  for (Run& run : runs_) {
    if (run.state != State::kFetching) continue;
    const std::optional<AssignmentSet> set = SetOf(run);
    if (!set.has_value()) {
      if (open_ && asked_.insert(run.set_digest).second) {
        request.add_sets_wanted(std::string(run.set_digest.View()));
      }
      continue;
    }
    run.total = static_cast<int>(set->assignments.size());
    if (HasAllPrograms(*set, request)) run.state = State::kQueued;
  }
  if (request.sets_wanted_size() + request.programs_wanted_size() > 0) {
    Send().MergeFrom(request);
  }
}

std::optional<RunOrder> Session::TakeOrder(SteadyTime now) {
  if (draining_ || current_.has_value()) return std::nullopt;
  for (Run& run : runs_) {
    if (run.state != State::kQueued) continue;
    if (run.deadline.has_value() && *run.deadline <= now) continue;
    std::optional<AssignmentSet> set = SetOf(run);
    if (!set.has_value()) {  // it left the cache meanwhile
      run.state = State::kFetching;
      asked_.erase(run.set_digest);
      continue;
    }
    run.state = State::kRunning;
    current_ = Current{.run_id = run.id,
                       .set_digest = run.set_digest,
                       .cancelled = false,
                       .last_progress = now};
    return RunOrder{.run_id = run.id,
                    .set_digest = run.set_digest,
                    .set = *std::move(set),
                    .deadline = run.deadline};
  }
  FetchMissing();
  return std::nullopt;
}

bool Session::OrderCancelled() const {
  return current_.has_value() && current_->cancelled;
}

void Session::Progressed(int finished, int total, SteadyTime now) {
  Run* run = CurrentRun();
  if (run == nullptr) return;
  run->finished = finished;
  run->total = total;
  if (!open_ || now - current_->last_progress < run->progress_interval) return;
  current_->last_progress = now;
  *Send().add_progress() = ProgressOf(*run);
}

void Session::UpdateFacts(const Facts& facts) { facts_ = facts; }

void Session::OrderEnded(bool in_spool, const ProbeCounts& counts) {
  counters_.set_probes_started_count(counters_.probes_started_count() +
                                     counts.started);
  counters_.set_probes_failed_count(counters_.probes_failed_count() +
                                    counts.failed);
  counters_.set_assignments_refused_count(
      counters_.assignments_refused_count() + counts.refused);
  if (!current_.has_value()) return;
  Run* run = CurrentRun();
  const std::string id = current_->run_id;
  current_.reset();
  if (run == nullptr) {
    spool_.Remove(id);
    counters_.set_runs_cancelled_count(counters_.runs_cancelled_count() + 1);
    return;
  }
  // Without a result it is made again: a program left the cache, or the
  // process is about to stop and its successor goes on.
  run->state = in_spool ? State::kDone : State::kFetching;
  if (!in_spool) return FetchMissing();
  counters_.set_runs_finished_count(counters_.runs_finished_count() + 1);
  if (!open_) return;
  for (const SpooledResult& result : spool_.Results()) {
    if (result.run_id == id) *Send().add_results() = ResultOf(result);
  }
}

}  // namespace sockdrift
