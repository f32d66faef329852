#include "tests/agent/session/fake_controller.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/plan/program_codec.h"
#include "wire/convert/bodies.h"
#include "wire/digests.h"

namespace sockdrift::testing {

Digest FakeController::AddProgram(const Program& program) {
  const Digest digest = MeasurementDigest(program);
  programs_[digest] = EncodeProgram(program);
  return digest;
}

Digest FakeController::Want(const std::string& run_id, const AssignmentSet& set,
                            std::optional<int64_t> timeout_seconds) {
  const Digest digest = AssignmentSetDigest(set);
  sets_[digest] = set;
  v1::WantedRun& run = wanted_[run_id];
  run.set_run_id(run_id);
  run.set_set_digest(std::string(digest.View()));
  if (timeout_seconds.has_value()) {
    run.mutable_remaining_timeout()->set_seconds(*timeout_seconds);
  }
  return digest;
}

void FakeController::AskForProgress(const std::string& run_id,
                                    int milliseconds) {
  wanted_[run_id].mutable_progress_interval()->set_nanos(milliseconds *
                                                         1'000'000);
}

v1::SyncResponse FakeController::Wanted() const {
  v1::SyncResponse response;
  response.mutable_wanted();
  for (const auto& [id, run] : wanted_) {
    *response.mutable_wanted()->add_runs() = run;
  }
  return response;
}

Digest FakeController::Read(const std::string& bytes, const char* what) {
  const absl::StatusOr<Digest> digest = Digest::FromBytes(bytes);
  if (!digest.ok()) violations.push_back(absl::StrCat("a short ", what));
  return digest.value_or(Digest());
}

std::optional<v1::SyncResponse> FakeController::Handle(
    const v1::SyncRequest& request) {
  if (request.has_hello() && process_ != request.hello().process_uuid()) {
    process_ = request.hello().process_uuid();
    sequence_ = 0;
  }
  if (request.sequence() <= sequence_) {
    violations.push_back(
        absl::StrCat("sequence ", request.sequence(), " after ", sequence_));
  }
  sequence_ = request.sequence();
  v1::SyncResponse response;
  if (request.has_hello() == greeted_) {
    violations.push_back("a hello that is not the first message alone");
  }
  if (request.has_hello()) TakeHello(request, response);
  SendBodies(request, response);
  TakeBodies(request);
  Settle(response);
  if (response.ByteSizeLong() == 0) return std::nullopt;
  return response;
}

void FakeController::TakeHello(const v1::SyncRequest& request,
                               v1::SyncResponse& response) {
  greeted_ = true;
  hellos.push_back(request.hello());
  hello_facts_ = Read(request.hello().facts_digest(), "facts digest");
  response.mutable_welcome()->set_controller_version("fake");
  *response.mutable_wanted() = Wanted().wanted();
}

void FakeController::TakeBodies(const v1::SyncRequest& request) {
  for (const v1::FactSet& facts : request.facts()) {
    absl::StatusOr<Facts> read = FromProto(facts);
    if (!read.ok()) violations.push_back(read.status().ToString());
    if (read.ok()) facts_[FactsDigest(*read)] = *read;
  }
  for (const v1::Report& report : request.reports()) {
    ++reports_received;
    absl::StatusOr<Report> read = FromProto(report);
    if (!read.ok()) violations.push_back(read.status().ToString());
    if (read.ok()) reports_[ReportDigest(*read)] = *read;
  }
  for (const v1::RecordBody& record : request.records()) {
    ++records_received;
    absl::StatusOr<std::string> bytes = RecordBytes(record);
    if (!bytes.ok()) violations.push_back(bytes.status().ToString());
    if (bytes.ok()) records_[Sha256(*bytes)] = *bytes;
  }
  // A result that is said again may be another one: what was asked for of the
  // first may never come.
  if (request.results_size() > 0) asked_.clear();
  for (const v1::RunResult& result : request.results()) {
    pending_[result.run_id()] = {
        .report = Read(result.report_digest(), "report digest"),
        .facts = result.has_facts_digest()
                     ? Read(result.facts_digest(), "facts digest")
                     : hello_facts_};
  }
  progress.insert(progress.end(), request.progress().begin(),
                  request.progress().end());
  if (request.has_counters()) counters = request.counters();
  draining |= request.draining();
}

void FakeController::SendBodies(const v1::SyncRequest& request,
                                v1::SyncResponse& response) {
  for (const std::string& bytes : request.sets_wanted()) {
    ++sets_sent;
    *response.add_sets() = ToProto(sets_.at(Read(bytes, "set digest")));
  }
  for (const std::string& bytes : request.programs_wanted()) {
    ++programs_sent;
    *response.add_programs() =
        *ProgramToProto(programs_.at(Read(bytes, "measurement digest")));
  }
}

bool FakeController::Complete(const Pending& pending,
                              v1::SyncResponse& response) {
  bool complete = true;
  const auto ask = [&](const Digest& digest, auto add) {
    complete = false;
    if (asked_.insert(digest).second) add(std::string(digest.View()));
  };
  if (!facts_.contains(pending.facts)) {
    ask(pending.facts, [&](std::string d) { response.add_facts_wanted(d); });
  }
  const auto report = reports_.find(pending.report);
  if (report == reports_.end()) {
    ask(pending.report, [&](std::string d) { response.add_reports_wanted(d); });
    return false;
  }
  for (const AssignmentResult& result : report->second.results) {
    if (result.record.has_value() &&
        !records_.contains(result.record->record)) {
      ask(result.record->record,
          [&](std::string d) { response.add_records_wanted(d); });
    }
  }
  return complete;
}

void FakeController::Settle(v1::SyncResponse& response) {
  for (auto at = pending_.begin(); at != pending_.end();) {
    const bool wanted = wanted_.contains(at->first);
    if (wanted && !Complete(at->second, response)) {
      ++at;
      continue;
    }
    if (wanted) {
      committed_[at->first] = at->second;
      wanted_.erase(at->first);
      response.add_committed_run_ids(at->first);
      *response.mutable_wanted() = Wanted().wanted();
    }
    at = pending_.erase(at);
  }
}

void FakeController::StreamEnded() {
  pending_.clear();
  asked_.clear();
  greeted_ = false;
}

const Report* FakeController::Committed(const std::string& run_id) const {
  const auto at = committed_.find(run_id);
  return at == committed_.end() ? nullptr : &reports_.at(at->second.report);
}

const Facts* FakeController::FactsOf(const std::string& run_id) const {
  const auto at = committed_.find(run_id);
  return at == committed_.end() ? nullptr : &facts_.at(at->second.facts);
}

}  // namespace sockdrift::testing
