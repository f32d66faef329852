// Results: from a digest that an agent names to rows on the disk.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "controller/sessions/hub.h"
#include "controller/sessions/hub_lock.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

// One host is asked for a body that many hold; a host that does not answer in
// this time keeps the others waiting no longer.
constexpr absl::Duration kAskAgain = absl::Seconds(5);

// Whether the result shows how the host behaves: something was measured, and
// not in a way of our own making.
bool IsSighting(const AssignmentResult& result, const RecordRow& record) {
  return result.end != AssignmentEnd::kWorldRefused &&
         result.end != AssignmentEnd::kPolicyRefused && record.done > 0;
}

absl::Status CheckRecord(const RecordRow& record,
                         const AssignmentResult& result,
                         const Assignment& assignment) {
  if (record.behaviour != result.record->behaviour) {
    return absl::InvalidArgumentError(
        absl::StrCat("the report of ", assignment.plan, " names behaviour ",
                     result.record->behaviour.ShortHex(),
                     ", and its record's is ", record.behaviour.ShortHex()));
  }
  if (record.measurement != assignment.measurement) {
    return absl::InvalidArgumentError(
        absl::StrCat("the record that the report gives for ", assignment.plan,
                     " is of another program"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Hub::TakeBodies(Conversation& peer, ReceivedRequest& request) {
  for (ReceivedReport& report : request.reports) {
    ++counts_.reports_received;
    const bool named =
        std::ranges::any_of(peer.pending, [&](const auto& entry) {
          return entry.second.result.report == report.digest;
        });
    if (!named) continue;
    const Digest digest = report.digest;
    peer.reports[digest] = std::move(report);
  }
  for (RecordRow& record : request.records) {
    ++counts_.records_received;
    const bool named =
        std::ranges::any_of(peer.reports, [&](const auto& entry) {
          return std::ranges::any_of(
              entry.second.report.results, [&](const AssignmentResult& result) {
                return result.record.has_value() &&
                       result.record->record == record.digest;
              });
        });
    if (!named) continue;
    const Digest digest = record.digest;
    peer.records[digest] = std::move(record);
  }
  return absl::OkStatus();
}

void Hub::TakeResult(Conversation& peer, ReceivedResult result,
                     v1::SyncResponse& reply) {
  const Run* run = book_.Find(result.run);
  if (run == nullptr) return;  // no longer wanted: the agent's list says so
  const auto host = run->hosts.find(peer.host);
  if (host == run->hosts.end()) return;
  if (host->second.row.report.has_value()) {
    // It is on the disk, and the agent did not hear so.
    reply.add_committed_run_ids(result.run);
    return;
  }
  if (!book_.Wants(result.run, peer.host)) return;
  const auto [pending, first] = peer.pending.try_emplace(result.run);
  if (!first) {
    if (pending->second.committing) return;
    // The agent lost the earlier result: what was asked of it never comes.
    std::erase_if(asked_, [&](const auto& entry) {
      return entry.second.session == peer.session;
    });
  }
  pending->second = {std::move(result), false};
}

bool Hub::MayAsk(Conversation& peer, const Digest& digest) {
  const absl::Time now = absl::Now();
  const auto [it, added] = asked_.try_emplace(digest, Ask{peer.session, now});
  if (added) return true;
  if (it->second.session == peer.session) return false;
  if (now - it->second.at >= kAskAgain) {
    it->second = {peer.session, now};
    return true;
  }
  waiting_.insert(peer.session);
  return false;
}

absl::Status Hub::Settle(Conversation& peer, v1::SyncResponse& reply) {
  for (auto& [run, pending] : peer.pending) {
    if (pending.committing) continue;
    if (!book_.Wants(run, peer.host)) continue;
    SOCKDRIFT_RETURN_IF_ERROR(SettleOne(peer, pending, reply));
  }
  for (auto it = peer.pending.begin(); it != peer.pending.end();) {
    const bool over =
        !it->second.committing && !book_.Wants(it->first, peer.host);
    it = over ? peer.pending.erase(it) : std::next(it);
  }
  return absl::OkStatus();
}

absl::Status Hub::SettleOne(Conversation& peer, PendingResult& pending,
                            v1::SyncResponse& reply) {
  // The sighting is to name facts that are known.
  const Digest facts = pending.result.facts.value_or(peer.facts);
  if (FactsOf(facts) == nullptr) {
    AskFacts(peer, facts, reply);
    return absl::OkStatus();
  }
  Report report;
  const auto received = peer.reports.find(pending.result.report);
  if (received != peer.reports.end()) {
    report = received->second.report;
  } else {
    const absl::StatusOr<ReportRow> stored =
        store_.Report(pending.result.report);
    if (stored.ok()) {
      v1::Report proto;
      proto.ParseFromString(stored->body);
      SOCKDRIFT_ASSIGN_OR_RETURN(report, FromProto(proto));
    } else if (MayAsk(peer, pending.result.report)) {
      reply.add_reports_wanted(std::string(pending.result.report.View()));
      return absl::OkStatus();
    } else {
      return absl::OkStatus();
    }
  }
  const Run& run = *book_.Find(pending.result.run);
  if (report.set != run.row.set ||
      report.results.size() != run.set->assignments.size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the report of run ", run.row.id, " is of another assignment set"));
  }
  std::vector<RecordRow> records(report.results.size());
  bool complete = true;
  for (size_t i = 0; i < report.results.size(); ++i) {
    const AssignmentResult& result = report.results[i];
    if (!result.record.has_value()) continue;
    const Digest& digest = result.record->record;
    const auto fresh = peer.records.find(digest);
    if (fresh != peer.records.end()) {
      records[i] = fresh->second;
    } else if (absl::StatusOr<RecordRow> stored = store_.Record(digest, false);
               stored.ok()) {
      records[i] = *std::move(stored);
    } else {
      complete = false;
      if (MayAsk(peer, digest)) {
        reply.add_records_wanted(std::string(digest.View()));
      }
      continue;
    }
    SOCKDRIFT_RETURN_IF_ERROR(
        CheckRecord(records[i], result, run.set->assignments[i]));
  }
  if (!complete) return absl::OkStatus();
  return CommitAnswer(peer, pending, report, records);
}

absl::Status Hub::CommitAnswer(Conversation& peer, PendingResult& pending,
                               const Report& report,
                               const std::vector<RecordRow>& records) {
  const Run& run = *book_.Find(pending.result.run);
  const absl::Time now = absl::Now();
  const Answer judged = JudgeReport(report, *run.set);
  CommittedAnswer answer;
  answer.report = pending.result.report;
  answer.row = run.hosts.find(peer.host)->second.row;
  answer.row.state = judged.state;
  answer.row.reason = judged.reason;
  answer.row.report = pending.result.report;
  answer.row.facts = pending.result.facts.value_or(peer.facts);
  // The agent's clock may be wrong; nothing was seen in the future.
  answer.row.ended = std::min(pending.result.ended, now);
  std::vector<Change> changes;
  std::vector<PlanBehaviour> genome;
  ReportRow report_row{.digest = answer.report, .set = report.set};
  answer.cells.resize(records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    const AssignmentResult& result = report.results[i];
    if (!result.record.has_value()) continue;
    const RecordRow& record = records[i];
    if (!record.canonical.empty()) {
      changes.push_back(record);
      answer.records.push_back(record.digest);
    }
    answer.cells[i].Add(record);
    genome.push_back({record.measurement, record.behaviour});
    report_row.members.push_back({record.measurement, record.behaviour});
    if (run.row.experiment || !IsSighting(result, record)) continue;
    answer.sightings.push_back({.host = peer.host,
                                .measurement = record.measurement,
                                .world = run.row.world,
                                .behaviour = record.behaviour,
                                .record = record.digest,
                                .facts = answer.row.facts,
                                .first_seen = *answer.row.ended,
                                .last_seen = *answer.row.ended});
  }
  answer.genome = GenomeDigest(std::move(genome));
  report_row.genome = answer.genome;
  const auto received = peer.reports.find(answer.report);
  if (received != peer.reports.end()) {
    report_row.body = received->second.body;
    changes.push_back(std::move(report_row));
  }
  for (const SightingRow& sighting : answer.sightings) {
    changes.push_back(sighting);
  }
  changes.push_back(answer.row);
  pending.committing = true;
  book_.BeginAnswer(answer.row.run, peer.host);
  store_.Commit(std::move(changes),
                [this, session = peer.session,
                 answer = std::move(answer)](const absl::Status& status) {
                  AnswerCommitted(session, answer, status);
                });
  return absl::OkStatus();
}

void Hub::AnswerCommitted(SessionId session, const CommittedAnswer& answer,
                          const absl::Status& status) {
  Lock lock(this);
  Conversation* peer = FindConversation(session);
  asked_.erase(answer.report);
  for (const Digest& record : answer.records) asked_.erase(record);
  if (!status.ok()) {
    ++counts_.commits_failed;
    book_.DropAnswer(answer.row.run, answer.row.host);
    // The agent keeps the result, comes again and states it again.
    if (peer != nullptr) End(*peer, status);
    return;
  }
  ++counts_.results[answer.row.state];
  for (const CellTally& cells : answer.cells) {
    counts_.cells["DONE"] += cells.done;
    counts_.cells["SKIP"] += cells.skip;
    counts_.cells["ERROR"] += cells.error;
    counts_.cells["UNSTABLE"] += cells.unstable;
    counts_.cells["MISS"] += cells.miss;
  }
  for (const SightingRow& sighting : answer.sightings) {
    sightings_.Put(sighting);
  }
  RunChanges changes;
  book_.FinishAnswer(answer.row, answer.genome, answer.cells, absl::Now(),
                     changes);
  if (peer != nullptr && !peer->ended) {
    peer->pending.erase(answer.row.run);
    if (peer->pending.empty()) {
      peer->reports.clear();
      peer->records.clear();
    }
    v1::SyncResponse reply;
    reply.add_committed_run_ids(answer.row.run);
    // One message says both that this is done and what is wanted next.
    if (changes.told.erase(peer->host) > 0) {
      WriteWanted(peer->host, *reply.mutable_wanted());
    }
    peer->sink->Send(std::move(reply));
  }
  Apply(std::move(changes));
  WakeWaiting();
}

void Hub::WakeWaiting() {
  for (const SessionId session : std::exchange(waiting_, {})) {
    Conversation* peer = FindConversation(session);
    if (peer == nullptr || peer->ended || !peer->welcomed) continue;
    v1::SyncResponse reply;
    const absl::Status status = Settle(*peer, reply);
    if (!status.ok()) {
      End(*peer, status);
    } else if (reply.ByteSizeLong() > 0) {
      peer->sink->Send(std::move(reply));
    }
  }
}

}  // namespace sockdrift
