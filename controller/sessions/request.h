// An agent's message, read: every digest computed again, every body decoded
// and held against its program. Reading costs time and touches no state, so
// that it is done before any lock is taken.
#ifndef SOCKDRIFT_CONTROLLER_SESSIONS_REQUEST_H_
#define SOCKDRIFT_CONTROLLER_SESSIONS_REQUEST_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/fleet/fleet.h"
#include "controller/runs/program_book.h"
#include "controller/store/rows.h"
#include "sockdrift/v1/agent_service.pb.h"
#include "wire/convert/report.h"

namespace sockdrift {

struct ReceivedProgress {
  std::string run;
  int64_t finished = 0;
  int64_t total = 0;
};

struct ReceivedHello {
  HostClaim claim;
  Digest facts;
  std::vector<ReceivedProgress> held;
};

struct ReceivedResult {
  std::string run;
  Digest report;
  absl::Time ended;
  std::optional<Digest> facts;  // nullopt: those of the hello
};

struct ReceivedReport {
  Digest digest;
  Report report;
  std::string body;  // as it is stored
};

struct ReceivedFacts {
  Digest digest;
  Facts facts;
  std::string body;  // as it is stored
};

struct ReceivedRequest {
  int64_t sequence = 0;
  std::optional<ReceivedHello> hello;
  std::vector<Digest> sets_wanted;
  std::vector<Digest> programs_wanted;
  std::vector<ReceivedResult> results;
  std::vector<ReceivedProgress> progress;
  std::vector<ReceivedReport> reports;
  std::vector<RecordRow> records;
  std::vector<ReceivedFacts> facts;
  std::optional<AgentCounts> counts;
};

// INVALID_ARGUMENT names the rule of the protocol that was broken.
absl::StatusOr<ReceivedRequest> ReadRequest(const v1::SyncRequest& request,
                                            ProgramBook& programs);

// A record's row from its canonical bytes, held against its program.
absl::StatusOr<RecordRow> ReadRecord(std::string canonical,
                                     const Digest& digest,
                                     ProgramBook& programs);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SESSIONS_REQUEST_H_
