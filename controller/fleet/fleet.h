// The hosts that the controller knows, and which of them are connected.
#ifndef SOCKDRIFT_CONTROLLER_FLEET_FLEET_H_
#define SOCKDRIFT_CONTROLLER_FLEET_FLEET_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controller/fleet/selector.h"
#include "controller/store/rows.h"
#include "core/plan/expectation.h"
#include "core/plan/world.h"

namespace sockdrift {

// Numbers the streams of this controller process; never used twice.
using SessionId = int64_t;

// What an agent counts from the start of its process; host.proto says what
// each means.
struct AgentCounts {
  int64_t runs_finished = 0;
  int64_t runs_cancelled = 0;
  int64_t probes_started = 0;
  int64_t probes_failed = 0;
  int64_t assignments_refused = 0;
  int64_t spool_dropped = 0;
  int64_t spool_corrupt = 0;
  int64_t spool_entries = 0;
  int64_t spool_bytes = 0;
  int64_t sessions_opened = 0;
};

// What an agent says of itself when it connects.
struct HostClaim {
  std::string host_id;
  std::string process_uuid;
  std::string agent_version;
  Labels labels;
  int min_program_version = 0;
  int max_program_version = 0;
  // Worlds that it does not give, with the reason.
  std::map<World, std::string> worlds_refused;
  // Why probes are not moved to the root cgroup; empty when they are.
  std::string root_cgroup_refused;
};

struct KnownHost {
  HostRow row;
  // Empty while the host is not connected.
  std::optional<SessionId> session;
  std::optional<Digest> facts_digest;
  std::shared_ptr<const Facts> facts;  // null while they are not known
  // As the connected agent said; the last one's when it is gone.
  int min_program_version = 0;
  int max_program_version = 0;
  std::map<World, std::string> worlds_refused;
  std::string root_cgroup_refused;
  AgentCounts counts;

  bool connected() const { return session.has_value(); }
  // Empty where it is not known.
  std::string Fact(const std::string& name) const;
  Selectable AsSelectable() const { return {row.id, &row.labels, facts.get()}; }
};

// Not thread-safe. Whoever changes it stores the rows that changed.
class Fleet {
 public:
  // A host as it was stored.
  void Restore(const HostRow& row);

  // The agent takes its host's place: another stream of the same process is
  // replaced (the answer holds it). ALREADY_EXISTS when another process lives
  // under this identity: both are flagged then, in the row of the host.
  absl::StatusOr<std::optional<SessionId>> Join(const HostClaim& claim,
                                                SessionId session,
                                                absl::Time now);
  // The stream ended. False when the host is no longer that stream's.
  bool Leave(absl::string_view host, SessionId session, absl::Time now);

  // A host that was imported.
  KnownHost& Add(absl::string_view id, absl::Time now);

  // Null where there is none.
  KnownHost* Find(absl::string_view id);
  const KnownHost* Find(absl::string_view id) const;
  std::vector<const KnownHost*> Select(const Selector& selector,
                                       bool connected_only) const;
  const std::map<std::string, KnownHost, std::less<>>& hosts() const {
    return hosts_;
  }

 private:
  std::map<std::string, KnownHost, std::less<>> hosts_;
};

// 1 to 128 characters of [A-Za-z0-9._:-].
absl::Status CheckHostId(absl::string_view id);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_FLEET_FLEET_H_
