#include "controller/sessions/request.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "controller/runs/run_proto.h"
#include "core/base/status_macros.h"
#include "core/behaviour/canonical.h"
#include "wire/convert/assignment_set.h"
#include "wire/convert/bodies.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

absl::Status CheckRunId(absl::string_view id) {
  if (id.empty() || id.size() > 32) {
    return absl::InvalidArgumentError(
        "a run id of the agent has 1 to 32 characters");
  }
  return absl::OkStatus();
}

absl::StatusOr<ReceivedProgress> ReadProgress(const v1::RunProgress& progress) {
  SOCKDRIFT_RETURN_IF_ERROR(CheckRunId(progress.run_id()));
  return ReceivedProgress{progress.run_id(),
                          std::max<int64_t>(progress.finished_count(), 0),
                          std::max<int64_t>(progress.total_count(), 0)};
}

absl::Status CheckLabel(const v1::Label& label) {
  const auto good = [](absl::string_view text) {
    return text.size() <= 63 && std::ranges::all_of(text, [](char c) {
             return absl::ascii_isalnum(c) || c == '.' || c == '_' ||
                    c == '/' || c == '-';
           });
  };
  if (label.name().empty() || !good(label.name()) || !good(label.value())) {
    return absl::InvalidArgumentError(
        absl::StrCat("the label \"", label.name(),
                     "\": names have 1 to 63 and values 0 to "
                     "63 characters of [A-Za-z0-9._/-]"));
  }
  return absl::OkStatus();
}

std::string WhyNoRootCgroup(const v1::Hello& hello) {
  if (hello.root_cgroup().available()) return "";
  return hello.has_root_cgroup()
             ? hello.root_cgroup().reason()
             : absl::StrCat("agent ", hello.agent_version(),
                            " cannot move probes out of its cgroup: install a "
                            "newer one");
}

absl::StatusOr<ReceivedHello> ReadHello(const v1::Hello& hello) {
  ReceivedHello read;
  SOCKDRIFT_RETURN_IF_ERROR(CheckHostId(hello.host_id()));
  if (hello.process_uuid().empty() || hello.process_uuid().size() > 36) {
    return absl::InvalidArgumentError("hello.process_uuid must be a UUID");
  }
  read.claim = {.host_id = hello.host_id(),
                .process_uuid = hello.process_uuid(),
                .agent_version = hello.agent_version().substr(0, 64),
                .labels = {},
                .min_program_version = hello.min_program_version(),
                .max_program_version = hello.max_program_version(),
                .worlds_refused = {},
                .root_cgroup_refused = WhyNoRootCgroup(hello)};
  for (const v1::Label& label : hello.labels()) {
    SOCKDRIFT_RETURN_IF_ERROR(CheckLabel(label));
    read.claim.labels[label.name()] = label.value();
  }
  for (const v1::WorldOffer& offer : hello.worlds()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const World world, FromProto(offer.world()));
    if (!offer.available()) read.claim.worlds_refused[world] = offer.reason();
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(read.facts,
                             Digest::FromBytes(hello.facts_digest()));
  for (const v1::RunProgress& held : hello.held()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(ReceivedProgress progress, ReadProgress(held));
    read.held.push_back(std::move(progress));
  }
  return read;
}

absl::StatusOr<ReceivedResult> ReadResult(const v1::RunResult& result) {
  ReceivedResult read;
  SOCKDRIFT_RETURN_IF_ERROR(CheckRunId(result.run_id()));
  read.run = result.run_id();
  SOCKDRIFT_ASSIGN_OR_RETURN(read.report,
                             Digest::FromBytes(result.report_digest()));
  read.ended = FromTimestamp(result.end_time());
  if (result.has_facts_digest()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(read.facts,
                               Digest::FromBytes(result.facts_digest()));
  }
  return read;
}

AgentCounts ReadCounts(const v1::AgentCounters& counters) {
  return {.runs_finished = counters.runs_finished_count(),
          .runs_cancelled = counters.runs_cancelled_count(),
          .probes_started = counters.probes_started_count(),
          .probes_failed = counters.probes_failed_count(),
          .assignments_refused = counters.assignments_refused_count(),
          .spool_dropped = counters.spool_dropped_count(),
          .spool_corrupt = counters.spool_corrupt_count(),
          .spool_entries = counters.spool_entries_count(),
          .spool_bytes = counters.spool_size_bytes(),
          .sessions_opened = counters.sessions_opened_count()};
}

absl::Status ReadBodies(const v1::SyncRequest& request, ProgramBook& programs,
                        ReceivedRequest& read) {
  for (const v1::Report& proto : request.reports()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(Report report, FromProto(proto));
    SOCKDRIFT_ASSIGN_OR_RETURN(const Digest digest,
                               Digest::FromBytes(proto.report_digest()));
    read.reports.push_back(
        {digest, std::move(report), proto.SerializeAsString()});
  }
  for (const v1::RecordBody& proto : request.records()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string canonical, RecordBytes(proto));
    SOCKDRIFT_ASSIGN_OR_RETURN(const Digest digest,
                               Digest::FromBytes(proto.record_digest()));
    SOCKDRIFT_ASSIGN_OR_RETURN(
        RecordRow row, ReadRecord(std::move(canonical), digest, programs));
    read.records.push_back(std::move(row));
  }
  for (const v1::FactSet& proto : request.facts()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(Facts facts, FromProto(proto));
    SOCKDRIFT_ASSIGN_OR_RETURN(const Digest digest,
                               Digest::FromBytes(proto.facts_digest()));
    read.facts.push_back({digest, std::move(facts), proto.SerializeAsString()});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RecordRow> ReadRecord(std::string canonical,
                                     const Digest& digest,
                                     ProgramBook& programs) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const DecodedRecord decoded,
                             DecodeRecord(canonical));
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::shared_ptr<const KnownProgram> program,
                             programs.Find(decoded.measurement));
  SOCKDRIFT_RETURN_IF_ERROR(CheckShape(decoded.record, program->program));
  const auto count = [&](CellStatus status) {
    return static_cast<int64_t>(decoded.record.CountOf(status));
  };
  return RecordRow{
      .digest = digest,
      .behaviour = BehaviourDigest(decoded.record, decoded.measurement),
      .measurement = decoded.measurement,
      .done = count(CellStatus::kDone),
      .skip = count(CellStatus::kSkip),
      .error = count(CellStatus::kError),
      .unstable = count(CellStatus::kUnstable),
      .miss = count(CellStatus::kMiss),
      .canonical = std::move(canonical)};
}

absl::StatusOr<ReceivedRequest> ReadRequest(const v1::SyncRequest& request,
                                            ProgramBook& programs) {
  ReceivedRequest read;
  if (request.sequence() < 1) {
    return absl::InvalidArgumentError("a request's sequence begins with 1");
  }
  read.sequence = request.sequence();
  if (request.has_hello()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(read.hello, ReadHello(request.hello()));
  }
  for (const std::string& bytes : request.sets_wanted()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const Digest digest, Digest::FromBytes(bytes));
    read.sets_wanted.push_back(digest);
  }
  for (const std::string& bytes : request.programs_wanted()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const Digest digest, Digest::FromBytes(bytes));
    read.programs_wanted.push_back(digest);
  }
  for (const v1::RunResult& result : request.results()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(ReceivedResult one, ReadResult(result));
    read.results.push_back(std::move(one));
  }
  for (const v1::RunProgress& progress : request.progress()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(ReceivedProgress one, ReadProgress(progress));
    read.progress.push_back(std::move(one));
  }
  if (request.has_counters()) read.counts = ReadCounts(request.counters());
  SOCKDRIFT_RETURN_IF_ERROR(ReadBodies(request, programs, read));
  return read;
}

}  // namespace sockdrift
