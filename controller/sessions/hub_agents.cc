// Agents' streams: who they are, what they are told.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "controller/sessions/hub.h"
#include "controller/sessions/hub_lock.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"
#include "wire/convert/bodies.h"
#include "wire/tls/transport.h"

namespace sockdrift {
namespace {

// Below gRPC's 4 MiB with room for what else stands in a response.
constexpr size_t kLargeResponse = 3'500'000;

google::protobuf::Duration ToProtoDuration(absl::Duration duration) {
  google::protobuf::Duration proto;
  const int64_t nanos = absl::ToInt64Nanoseconds(duration);
  proto.set_seconds(nanos / 1'000'000'000);
  proto.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  return proto;
}

// What the agent is to hear: a code of the protocol's table, and a message.
absl::Status AsProtocolError(const absl::Status& status) {
  if (status.code() == absl::StatusCode::kNotFound ||
      status.code() == absl::StatusCode::kOutOfRange) {
    return absl::InvalidArgumentError(status.message());
  }
  return status;
}

bool SaysNothing(const v1::SyncResponse& response) {
  return response.ByteSizeLong() == 0;
}

absl::Status CheckIdentity(const std::vector<std::string>& names,
                           const std::string& host) {
  if (SpeaksForHost(names, host)) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      "the agent's certificate speaks for [", absl::StrJoin(names, ", "),
      "], not for host \"", host, "\": give it the DNS name ", host,
      " or the URI sockdrift:host:", host,
      " as a subject alternative name, or start the agent with that "
      "--host-id"));
}

}  // namespace

SessionId Hub::Open(std::shared_ptr<AgentSink> sink,
                    std::optional<std::vector<std::string>> names) {
  Lock lock(this);
  const SessionId session = ++last_session_;
  Conversation& peer = conversations_[session];
  peer.session = session;
  peer.sink = std::move(sink);
  peer.names = std::move(names);
  ++counts_.sessions_opened;
  return session;
}

Conversation* Hub::FindConversation(SessionId session) {
  const auto it = conversations_.find(session);
  return it == conversations_.end() ? nullptr : &it->second;
}

void Hub::Receive(SessionId session, const v1::SyncRequest& message) {
  absl::StatusOr<ReceivedRequest> request = ReadRequest(message, programs_);
  Lock lock(this);
  Conversation* peer = FindConversation(session);
  if (peer == nullptr || peer->ended) return;
  const absl::Status status =
      request.ok() ? Handle(*peer, *std::move(request)) : request.status();
  if (!status.ok()) End(*peer, AsProtocolError(status));
}

void Hub::End(Conversation& peer, const absl::Status& status) {
  if (peer.ended) return;
  peer.ended = true;
  ++counts_.sessions_ended[absl::StatusCodeToString(status.code())];
  Log(LogLevel::kWarning, "a stream was ended",
      {{"host", peer.host},
       {"code", absl::StatusCodeToString(status.code())},
       {"error", std::string(status.message())}});
  peer.sink->End(status);
}

void Hub::Closed(SessionId session) {
  Lock lock(this);
  const auto it = conversations_.find(session);
  if (it == conversations_.end()) return;
  if (!it->second.ended) ++counts_.sessions_ended["closed"];
  const std::string host = it->second.host;
  conversations_.erase(it);
  waiting_.erase(session);
  std::erase_if(asked_, [session](const auto& ask) {
    return ask.second.session == session;
  });
  const absl::Time now = absl::Now();
  if (!host.empty() && fleet_.Leave(host, session, now)) {
    Log(LogLevel::kInfo, "an agent left", {{"host", host}});
    CommitRows({fleet_.Find(host)->row});
    RunChanges changes;
    book_.Advance(now, changes);
    Apply(std::move(changes));
  }
  // Somebody else is to be asked for what this one was.
  WakeWaiting();
}

void Hub::Drain() {
  Lock lock(this);
  for (auto& [id, peer] : conversations_) {
    End(peer, absl::UnavailableError("the controller stops; try again"));
  }
}

absl::Status Hub::Handle(Conversation& peer, ReceivedRequest request) {
  v1::SyncResponse reply;
  if (peer.host.empty()) {
    if (!request.hello.has_value()) {
      return absl::InvalidArgumentError(
          "the first request of a stream carries hello");
    }
    SOCKDRIFT_RETURN_IF_ERROR(
        Join(peer, *request.hello, request.sequence, reply));
  } else {
    if (request.hello.has_value()) {
      return absl::InvalidArgumentError(
          "hello stands in the first request of a stream only");
    }
    // Late: a later one has said everything anew.
    if (request.sequence <= peer.sequence) return absl::OkStatus();
  }
  peer.sequence = request.sequence;
  sequences_[peer.host].second = request.sequence;
  RunChanges changes;
  for (const ReceivedProgress& progress : request.progress) {
    book_.Progress(progress.run, peer.host, progress.finished, progress.total,
                   changes);
  }
  if (request.counts.has_value()) {
    fleet_.Find(peer.host)->counts = *request.counts;
  }
  for (ReceivedFacts& facts : request.facts) TakeFacts(peer, std::move(facts));
  SOCKDRIFT_RETURN_IF_ERROR(TakeBodies(peer, request));
  for (ReceivedResult& result : request.results) {
    TakeResult(peer, std::move(result), reply);
  }
  SOCKDRIFT_RETURN_IF_ERROR(Settle(peer, reply));
  SOCKDRIFT_RETURN_IF_ERROR(SendBodies(peer, request, reply));
  if (!SaysNothing(reply)) peer.sink->Send(std::move(reply));
  peer.welcomed = true;
  Apply(std::move(changes));
  return absl::OkStatus();
}

absl::Status Hub::Join(Conversation& peer, const ReceivedHello& hello,
                       int64_t sequence, v1::SyncResponse& reply) {
  const HostClaim& claim = hello.claim;
  if (peer.names.has_value()) {
    SOCKDRIFT_RETURN_IF_ERROR(CheckIdentity(*peer.names, claim.host_id));
  }
  auto& [process, last] = sequences_[claim.host_id];
  if (process == claim.process_uuid && sequence <= last) {
    return absl::AbortedError("a newer stream of this process has been here");
  }
  const absl::Time now = absl::Now();
  const absl::StatusOr<std::optional<SessionId>> joined =
      fleet_.Join(claim, peer.session, now);
  KnownHost& host = *fleet_.Find(claim.host_id);
  CommitRows({host.row});
  if (!joined.ok()) {
    ++counts_.duplicates_refused;
    return joined.status();
  }
  sequences_[claim.host_id] = {claim.process_uuid, sequence};
  if (joined->has_value()) {
    if (Conversation* old = FindConversation(**joined)) {
      End(*old, absl::AbortedError("a newer stream of this process came"));
    }
  }
  peer.host = claim.host_id;
  peer.facts = hello.facts;
  host.facts_digest = hello.facts;
  host.facts = FactsOf(hello.facts);
  if (host.facts != nullptr) {
    CommitRows({HostFactsRow{peer.host, hello.facts, now, now}});
  } else {
    AskFacts(peer, hello.facts, reply);
  }
  Log(LogLevel::kInfo, "an agent joined",
      {{"host", peer.host},
       {"version", claim.agent_version},
       {"process", claim.process_uuid}});
  RunChanges changes;
  book_.HostCame(host, now, changes);
  for (const ReceivedProgress& held : hello.held) {
    book_.Progress(held.run, peer.host, held.finished, held.total, changes);
  }
  // The first response carries the list itself.
  changes.told.erase(peer.host);
  Apply(std::move(changes));
  reply.mutable_welcome()->set_controller_version(SOCKDRIFT_VERSION);
  reply.set_counters_wanted(true);
  WriteWanted(peer.host, *reply.mutable_wanted());
  return absl::OkStatus();
}

void Hub::TakeFacts(Conversation& peer, ReceivedFacts facts) {
  // Facts that nobody asked for are of nothing that was said.
  if (!peer.facts_asked.contains(facts.digest)) return;
  auto known = std::make_shared<const Facts>(std::move(facts.facts));
  facts_[facts.digest] = known;
  peer.facts_held.push_back(known);
  std::vector<Change> rows = {FactsRow{facts.digest, std::move(facts.body)}};
  KnownHost& host = *fleet_.Find(peer.host);
  const absl::Time now = absl::Now();
  if (facts.digest == peer.facts) {
    host.facts = std::move(known);
    rows.push_back(HostFactsRow{peer.host, facts.digest, now, now});
  }
  store_.Commit(std::move(rows), nullptr);
  RunChanges changes;
  book_.HostCame(host, now, changes);
  Apply(std::move(changes));
}

void Hub::AskFacts(Conversation& peer, const Digest& digest,
                   v1::SyncResponse& reply) {
  if (!peer.facts_asked.insert(digest).second) return;
  reply.add_facts_wanted(std::string(digest.View()));
}

absl::Status Hub::SendBodies(Conversation& peer, const ReceivedRequest& request,
                             v1::SyncResponse& reply) {
  for (const Digest& digest : request.sets_wanted) {
    // A standing run is wanted before its rows are on disk.
    const std::vector<const Run*> wanted = book_.WantedOf(peer.host);
    const auto run = std::find_if(
        wanted.begin(), wanted.end(),
        [&](const Run* candidate) { return candidate->row.set == digest; });
    if (run != wanted.end()) {
      *reply.add_sets() = ToProto(*(*run)->set);
      continue;
    }
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::string body, store_.Set(digest));
    if (!reply.add_sets()->ParseFromString(body)) {
      return absl::DataLossError("an assignment set on disk is damaged");
    }
  }
  for (const Digest& digest : request.programs_wanted) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const auto program, programs_.Find(digest));
    if (reply.ByteSizeLong() + program->wire.ByteSizeLong() > kLargeResponse) {
      peer.sink->Send(std::exchange(reply, v1::SyncResponse()));
    }
    *reply.add_programs() = program->wire;
  }
  return absl::OkStatus();
}

void Hub::WriteWanted(const std::string& host, v1::WantedRuns& wanted) const {
  const absl::Time now = absl::Now();
  for (const Run* run : book_.WantedOf(host)) {
    v1::WantedRun& out = *wanted.add_runs();
    out.set_run_id(run->row.id);
    out.set_set_digest(std::string(run->row.set.View()));
    // Whole seconds are shorter on the wire; rounded down, so that no agent
    // takes up what is over.
    *out.mutable_remaining_timeout() =
        ToProtoDuration(absl::Floor(run->row.deadline - now, absl::Seconds(1)));
  }
}

void Hub::SendWanted(const std::string& id) {
  const KnownHost* host = fleet_.Find(id);
  if (host == nullptr || !host->connected()) return;
  Conversation* peer = FindConversation(*host->session);
  if (peer == nullptr || !peer->welcomed || peer->ended) return;
  v1::SyncResponse response;
  WriteWanted(id, *response.mutable_wanted());
  peer->sink->Send(std::move(response));
}

}  // namespace sockdrift
