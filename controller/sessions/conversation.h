// One agent's stream, as the hub sees it.
#ifndef SOCKDRIFT_CONTROLLER_SESSIONS_CONVERSATION_H_
#define SOCKDRIFT_CONTROLLER_SESSIONS_CONVERSATION_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "controller/fleet/fleet.h"
#include "controller/runs/run.h"
#include "controller/sessions/request.h"
#include "sockdrift/v1/agent_service.pb.h"

namespace sockdrift {

// The transport's side of a stream. Both may be called with locks held and
// must only enqueue.
class AgentSink {
 public:
  virtual ~AgentSink() = default;
  virtual void Send(v1::SyncResponse response) = 0;
  virtual void End(const absl::Status& status) = 0;
};

// A result that is not yet on the disk.
struct PendingResult {
  ReceivedResult result;
  bool committing = false;
};

struct Conversation {
  SessionId session = 0;
  std::shared_ptr<AgentSink> sink;
  std::optional<std::vector<std::string>> names;  // of the peer's certificate
  std::string host;  // empty until the hello was taken
  // The first response has gone out, so that others may follow.
  bool welcomed = false;
  bool ended = false;
  int64_t sequence = 0;
  Digest facts;  // of the hello
  std::set<Digest> facts_asked;
  // Keeps what came alive while its rows are on their way to the disk.
  std::vector<std::shared_ptr<const Facts>> facts_held;
  std::map<std::string, PendingResult> pending;  // by run
  // Received and not yet on the disk.
  std::map<Digest, ReceivedReport> reports;
  std::map<Digest, RecordRow> records;
};

// What was committed for one result.
struct CommittedAnswer {
  RunHostRow row;
  Digest genome;
  std::vector<CellTally> cells;  // one an assignment
  std::vector<SightingRow> sightings;
  Digest report;
  std::vector<Digest> records;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SESSIONS_CONVERSATION_H_
