// What a session says: the hello and the answers to what is asked for.
#include <algorithm>
#include <utility>

#include "agent/policy/permit.h"
#include "agent/session/session.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"
#include "core/plan/program_codec.h"
#include "wire/convert/bodies.h"

namespace sockdrift {
namespace {

// Record bodies are gathered up to about this size in one message; one body
// alone may be larger.
constexpr size_t kMessageSize = size_t{1} << 19;

constexpr World kWorlds[] = {World::kReplica, World::kPristine, World::kOwn,
                             World::kHost};

std::string WhyNotOffered(const Identity& identity, World world) {
  std::string why = WhyNotWorld(identity.policy, world);
  const auto impossible = identity.impossible.find(world);
  if (why.empty() && impossible != identity.impossible.end()) {
    why = impossible->second;
  }
  return why;
}

}  // namespace

v1::SyncRequest& Session::Send() {
  v1::SyncRequest& request = requests_.emplace_back();
  request.set_sequence(++sequence_);
  return request;
}

std::vector<v1::SyncRequest> Session::TakeRequests() {
  std::vector<v1::SyncRequest> taken;
  if (open_) {
    taken = std::exchange(requests_, {});
  } else {
    requests_.clear();
  }
  return taken;
}

v1::RunProgress Session::ProgressOf(const Run& run) const {
  v1::RunProgress progress;
  progress.set_run_id(run.id);
  progress.set_set_digest(std::string(run.set_digest.View()));
  switch (run.state) {
    case State::kFetching:
      progress.set_state(v1::RUN_STATE_FETCHING);
      break;
    case State::kQueued:
      progress.set_state(v1::RUN_STATE_QUEUED);
      break;
    case State::kRunning:
    case State::kDone:
      progress.set_state(v1::RUN_STATE_RUNNING);
      break;
  }
  progress.set_finished_count(run.finished);
  progress.set_total_count(run.total);
  return progress;
}

v1::RunResult Session::ResultOf(const SpooledResult& result) const {
  v1::RunResult out;
  out.set_run_id(result.run_id);
  out.set_report_digest(std::string(result.report.View()));
  out.mutable_end_time()->set_seconds(absl::ToUnixSeconds(result.end));
  if (result.facts != hello_facts_) {
    out.set_facts_digest(std::string(result.facts.View()));
  }
  return out;
}

void Session::Opened(const Facts& facts) {
  requests_.clear();
  asked_.clear();
  open_ = true;
  facts_ = facts;
  hello_facts_ = FactsDigest(facts);
  counters_.set_sessions_opened_count(counters_.sessions_opened_count() + 1);
  v1::SyncRequest& request = Send();
  v1::Hello& hello = *request.mutable_hello();
  hello.set_host_id(identity_.host_id);
  hello.set_process_uuid(identity_.process_uuid);
  hello.set_agent_version(SOCKDRIFT_VERSION);
  hello.set_min_program_version(kProgramVersion);
  hello.set_max_program_version(kProgramVersion);
  for (const auto& [name, value] : identity_.labels) {
    v1::Label& label = *hello.add_labels();
    label.set_name(name);
    label.set_value(value);
  }
  for (const World world : kWorlds) {
    v1::WorldOffer& offer = *hello.add_worlds();
    offer.set_world(ToProto(world));
    offer.set_reason(WhyNotOffered(identity_, world));
    offer.set_available(offer.reason().empty());
  }
  v1::RootCgroupOffer& offer = *hello.mutable_root_cgroup();
  offer.set_reason(WhyNotRootCgroup(identity_.policy));
  offer.set_available(offer.reason().empty());
  hello.set_facts_digest(std::string(hello_facts_.View()));
  for (const Run& run : runs_) {
    if (run.state != State::kDone) *hello.add_held() = ProgressOf(run);
  }
  for (const SpooledResult& result : spool_.Results()) {
    *request.add_results() = ResultOf(result);
  }
  request.set_draining(draining_);
}

void Session::Closed() {
  open_ = false;
  requests_.clear();
}

void Session::Drain() {
  draining_ = true;
  if (open_) Send().set_draining(true);
}

void Session::FillCounters(v1::AgentCounters& counters) const {
  const SpoolCounts spool = spool_.counts();
  counters = counters_;
  counters.set_spool_dropped_count(spool.dropped);
  counters.set_spool_corrupt_count(spool.corrupt + sets_.corrupt() +
                                   programs_.corrupt());
  counters.set_spool_entries_count(spool.entries);
  counters.set_spool_size_bytes(spool.bytes);
}

absl::Status Session::Answer(const v1::SyncResponse& response) {
  v1::SyncRequest answer;
  bool lost = false;
  for (const std::string& bytes : response.facts_wanted()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const Digest digest, Digest::FromBytes(bytes));
    std::optional<v1::FactSet> facts = FactsDigest(facts_) == digest
                                           ? ToProto(facts_)
                                           : spool_.FindFacts(digest);
    if (facts.has_value()) *answer.add_facts() = *std::move(facts);
  }
  for (const std::string& bytes : response.reports_wanted()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const Digest digest, Digest::FromBytes(bytes));
    std::optional<v1::Report> report = spool_.FindReport(digest);
    if (report.has_value()) {
      *answer.add_reports() = *std::move(report);
    } else {
      lost = true;
    }
  }
  if (response.counters_wanted()) FillCounters(*answer.mutable_counters());
  if (answer.ByteSizeLong() > 0) Send().MergeFrom(answer);
  lost |= !AnswerRecords(response);
  if (lost) MeasureLostAgain();
  return absl::OkStatus();
}

// False when one that was asked for is not there.
bool Session::AnswerRecords(const v1::SyncResponse& response) {
  v1::SyncRequest answer;
  bool all = true;
  for (const std::string& bytes : response.records_wanted()) {
    const absl::StatusOr<Digest> digest = Digest::FromBytes(bytes);
    std::optional<v1::RecordBody> record;
    if (digest.ok()) record = spool_.FindRecord(*digest);
    if (!record.has_value()) {
      all = false;
      continue;
    }
    if (answer.records_size() > 0 &&
        answer.ByteSizeLong() + record->ByteSizeLong() > kMessageSize) {
      Send().MergeFrom(answer);
      answer.Clear();
    }
    *answer.add_records() = *std::move(record);
  }
  if (answer.records_size() > 0) Send().MergeFrom(answer);
  return all;
}

}  // namespace sockdrift
