#include "tests/controller/sessions/test_agent.h"

#include <algorithm>
#include <utility>

#include "core/behaviour/canonical.h"
#include "wire/convert/assignment_set.h"
#include "wire/convert/bodies.h"
#include "wire/convert/report.h"
#include "wire/digests.h"

namespace sockdrift::testing {
namespace {

const Facts& SomeFacts() {
  static const Facts& facts = *new Facts{{"kernel.release", "6.1.0"}};
  return facts;
}

}  // namespace

class TestAgent::Sink : public AgentSink {
 public:
  void Send(v1::SyncResponse response) override {
    MutexLock lock(&mutex_);
    responses_.push_back(std::move(response));
  }
  void End(const absl::Status& status) override {
    MutexLock lock(&mutex_);
    end_ = status;
  }
  std::vector<v1::SyncResponse> responses() {
    MutexLock lock(&mutex_);
    return responses_;
  }
  absl::Status end() {
    MutexLock lock(&mutex_);
    return end_;
  }

 private:
  Mutex mutex_;
  std::vector<v1::SyncResponse> responses_ ABSL_GUARDED_BY(mutex_);
  absl::Status end_ ABSL_GUARDED_BY(mutex_);
};

TestAgent::TestAgent(Hub& hub)
    : hub_(&hub),
      sink_(std::make_shared<Sink>()),
      session_(hub.Open(sink_, std::nullopt)) {}

TestAgent::TestAgent(Hub& hub, const std::string& host, const std::string& uuid,
                     int64_t sequence,
                     std::optional<std::vector<std::string>> names)
    : hub_(&hub),
      sink_(std::make_shared<Sink>()),
      session_(hub.Open(sink_, std::move(names))),
      sequence_(sequence - 1) {
  v1::SyncRequest request = Next();
  v1::Hello& hello = *request.mutable_hello();
  hello.set_host_id(host);
  hello.set_process_uuid(uuid);
  hello.set_agent_version("0.1.0");
  hello.set_min_program_version(1);
  hello.set_max_program_version(1);
  hello.set_facts_digest(std::string(FactsDigest(SomeFacts()).View()));
  hub_->Receive(session_, request);
}

TestAgent::~TestAgent() {
  if (sink_ != nullptr) Close();
}

void TestAgent::Close() {
  if (!std::exchange(closed_, true)) hub_->Closed(session_);
}

v1::SyncRequest TestAgent::Next() {
  v1::SyncRequest request;
  request.set_sequence(++sequence_);
  return request;
}

void TestAgent::SendEmpty() { hub_->Receive(session_, Next()); }

void TestAgent::SendFacts() {
  v1::SyncRequest request = Next();
  *request.add_facts() = ToProto(SomeFacts());
  hub_->Receive(session_, request);
}

void TestAgent::State(const std::string& run, const CompiledPlan& plan,
                      const Record& record) {
  AssignmentSet set;
  set.assignments.push_back({.plan = plan.name,
                             .measurement = MeasurementDigest(plan.program),
                             .world = World::kReplica,
                             .cells = {},
                             .overrides = overrides_});
  const Digest measurement = set.assignments[0].measurement;
  Report report;
  report.set = AssignmentSetDigest(set);
  report.results.push_back(
      {.end = AssignmentEnd::kFinished,
       .reason = "",
       .record = RecordName{RecordDigest(record, measurement),
                            BehaviourDigest(record, measurement)},
       .notes = {}});
  if (lie_) report.results[0].record->behaviour = measurement;
  report_ = ToProto(report);
  record_ =
      *RecordToProto(EncodeRecord(instead_.value_or(record), measurement));
  if (instead_.has_value()) {
    record_->set_record_digest(
        std::string(RecordDigest(record, measurement).View()));
  }
  v1::SyncRequest request = Next();
  v1::RunResult& result = *request.add_results();
  result.set_run_id(run);
  result.set_report_digest(std::string(ReportDigest(report).View()));
  result.mutable_end_time()->set_seconds(1'700'000'000);
  hub_->Receive(session_, request);
}

void TestAgent::IgnoreAsks() { answered_ = Take().size(); }

void TestAgent::AnswerAsks() {
  while (true) {
    const std::vector<v1::SyncResponse> responses = sink_->responses();
    if (answered_ >= responses.size()) return;
    const v1::SyncResponse& response = responses[answered_++];
    v1::SyncRequest request = Next();
    if (response.reports_wanted_size() > 0) {
      *request.add_reports() = *report_;
      ++reports_sent_;
    }
    if (response.records_wanted_size() > 0) {
      *request.add_records() = *record_;
      ++records_sent_;
    }
    if (request.reports_size() + request.records_size() > 0) {
      hub_->Receive(session_, request);
    }
  }
}

void TestAgent::Measure(const std::string& run, const CompiledPlan& plan,
                        const Record& record) {
  State(run, plan, record);
  AnswerAsks();
}

std::vector<v1::SyncResponse> TestAgent::Take() const {
  return sink_->responses();
}

std::vector<std::string> TestAgent::WantedRuns() const {
  std::vector<std::string> runs;
  for (const v1::SyncResponse& response : sink_->responses()) {
    if (response.has_wanted()) {
      runs.clear();
      for (const v1::WantedRun& run : response.wanted().runs()) {
        runs.push_back(run.run_id());
      }
    }
    for (const std::string& done : response.committed_run_ids()) {
      std::erase(runs, done);
    }
  }
  return runs;
}

std::vector<std::string> TestAgent::Committed() const {
  std::vector<std::string> runs;
  for (const v1::SyncResponse& response : sink_->responses()) {
    runs.insert(runs.end(), response.committed_run_ids().begin(),
                response.committed_run_ids().end());
  }
  return runs;
}

bool TestAgent::WasAskedForReport() const {
  return std::ranges::any_of(sink_->responses(),
                             [](const v1::SyncResponse& response) {
                               return response.reports_wanted_size() > 0;
                             });
}

absl::Status TestAgent::end() const { return sink_->end(); }

}  // namespace sockdrift::testing
