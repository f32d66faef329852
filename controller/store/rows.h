// What the store holds, a struct a table. The rows are the state of runs and
// of the fleet: a controller that starts anew goes on from them and from
// nothing else.
#ifndef SOCKDRIFT_CONTROLLER_STORE_ROWS_H_
#define SOCKDRIFT_CONTROLLER_STORE_ROWS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "core/base/digest.h"
#include "core/plan/world.h"

namespace sockdrift {

// A compiled plan's canonical bytes.
struct ProgramRow {
  Digest digest = {};
  std::string canonical = {};
};

// The plan that a program was compiled from, for names and expectations. One
// program may have come from several.
struct PlanRow {
  Digest measurement = {};
  std::string name = {};
  std::string title = {};
  std::string yaml = {};  // empty for an imported program
};

// A serialised v1::AssignmentSet.
struct SetRow {
  Digest digest = {};
  std::string body = {};
};

// A record's canonical bytes, and what is asked of it without decoding it.
struct RecordRow {
  Digest digest = {};
  Digest behaviour = {};
  Digest measurement = {};
  // Cells by status.
  int64_t done = 0;
  int64_t skip = 0;
  int64_t error = 0;
  int64_t unstable = 0;
  int64_t miss = 0;
  std::string canonical = {};  // empty where only the rest was asked for
};

struct GenomeMember {
  Digest measurement = {};
  Digest behaviour = {};
};

// A serialised v1::Report and the genome of its behaviours.
struct ReportRow {
  Digest digest = {};
  Digest set = {};
  Digest genome = {};
  std::vector<GenomeMember> members = {};
  std::string body = {};
};

// A serialised v1::FactSet.
struct FactsRow {
  Digest digest = {};
  std::string body = {};
};

struct HostRow {
  std::string id = {};
  std::string process_uuid = {};   // of the agent that was last connected
  std::string agent_version = {};  // empty for an imported host
  std::map<std::string, std::string> labels = {};
  absl::Time first_seen = {};
  absl::Time last_seen = {};
  bool duplicate = false;
};

// From when to when a host had these facts.
struct HostFactsRow {
  std::string host = {};
  Digest facts = {};
  absl::Time first_seen = {};
  absl::Time last_seen = {};
};

// The numbers are in the database.
enum class RunPhase : uint8_t { kRunning = 1, kFinished = 2, kCancelled = 3 };

struct RunRow {
  std::string id = {};
  RunPhase phase = RunPhase::kRunning;
  bool standing = false;
  Digest set = {};
  World world = World::kReplica;
  std::string selector = {};
  absl::Time created = {};
  absl::Time deadline = {};
  std::optional<absl::Time> ended = {};
  int parallel_limit = 0;  // 0: none
  // Cell subsets or overrides: its results are never sightings.
  bool experiment = false;
};

// The numbers are in the database.
enum class RunHostState : uint8_t {
  kWanted = 1,
  kHeld = 2,
  kAnswered = 3,
  kFailed = 4,
  kLate = 5,
  kOffline = 6,
  kRefused = 7,
};
// "wanted", "held", "answered" …
absl::string_view RunHostStateName(RunHostState state);
// Whether the host's part in the run is over.
inline bool IsFinal(RunHostState state) {
  return state != RunHostState::kWanted && state != RunHostState::kHeld;
}

struct RunHostRow {
  std::string run = {};
  std::string host = {};
  RunHostState state = RunHostState::kWanted;
  absl::Time not_before = {};         // jitter: it is not told earlier
  std::optional<Digest> report = {};  // of an answer
  std::optional<Digest> facts = {};   // under which it was measured
  std::optional<absl::Time> ended = {};
  std::string reason = {};
};

// Host, under these facts, showed this behaviour, from when to when.
struct SightingRow {
  std::string host = {};
  Digest measurement = {};
  World world = World::kReplica;
  Digest behaviour = {};
  Digest record = {};
  std::optional<Digest> facts = {};
  absl::Time first_seen = {};
  absl::Time last_seen = {};
};

// What an experiment showed of the difference between two behaviours of a plan:
// a serialised v1::ProofEvidence. The newest about the same facts is kept.
struct ProofRow {
  Digest measurement = {};
  World world = World::kReplica;  // of the sightings that differ
  Digest behaviour = {};          // of the group
  Digest reference = {};          // of the group that it was compared with
  std::string facts = {};         // names, ascending, a blank between them
  std::string body = {};
};

// One record of a baseline: what a host showed when it was set.
struct BaselineMember {
  std::string host = {};
  std::string plan = {};  // the name that it went by
  Digest measurement = {};
  World world = World::kReplica;
  Digest behaviour = {};
  Digest record = {};
  std::optional<Digest> facts = {};
  absl::Time taken = {};
};

// Behaviours pinned under a name. Its programs, records and facts are never
// deleted while it stands, whatever else is forgotten.
struct BaselineRow {
  std::string name = {};
  std::string source = {};  // what it was made of, in words
  absl::Time set = {};
  std::vector<BaselineMember> members = {};  // ascending by host, then plan
};

struct ForgetBaseline {
  std::string name = {};
};

// A divergence that someone answers for; acknowledgement.proto says what the
// texts mean. What was removed is kept: ids are not used again.
struct AcknowledgementRow {
  std::string id = {};
  std::string where = {};
  std::string selector = {};
  std::string behaviour = {};
  std::string owner = {};
  std::string reason = {};
  std::string link = {};
  std::string expires = {};  // "2026-12-31"
  std::string created_by = {};
  absl::Time created = {};
  std::string removed_by = {};
  std::optional<absl::Time> removed = {};
  friend bool operator==(const AcknowledgementRow&,
                         const AcknowledgementRow&) = default;
};

// Forgets the runs that ended before a time, and what each host answered in
// them. Bodies, sightings and facts stay: they do not grow with runs.
struct ForgetRuns {
  absl::Time ended_before = {};
};

// One change. Each may be made again without changing anything: bodies are
// kept once by digest, hosts and runs are replaced by key, and a sighting or a
// host's facts that equal the latest ones only move its last_seen.
using Change = std::variant<ProgramRow, PlanRow, SetRow, RecordRow, ReportRow,
                            FactsRow, HostRow, HostFactsRow, RunRow, RunHostRow,
                            SightingRow, ProofRow, ForgetRuns, BaselineRow,
                            ForgetBaseline, AcknowledgementRow>;

// What is read once, at the start.
struct StoredState {
  std::vector<HostRow> hosts = {};
  std::vector<HostFactsRow> facts = {};  // the latest of each host
  std::vector<SightingRow> sightings =
      {};                         // the latest of each host, plan, world
  std::vector<RunRow> runs = {};  // all, the oldest first
  std::vector<RunHostRow> run_hosts = {};  // of the runs under way
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_STORE_ROWS_H_
