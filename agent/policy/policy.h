// What this host's operator lets a controller do here. The controller cannot
// widen it. docs/security.md describes the file.
#ifndef SOCKDRIFT_AGENT_POLICY_POLICY_H_
#define SOCKDRIFT_AGENT_POLICY_POLICY_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/plan/world.h"

namespace sockdrift {

// Which addresses plans may name in worlds that are not fresh; what happens in
// a fresh namespace reaches nobody.
enum class AddressRule {
  kLoopback,  // 127.0.0.0/8 and ::1 only
  kLocal,     // also the wildcards 0.0.0.0 and ::, which all can reach
  kAny,
};

// The defaults are those of an agent that was given no policy file.
struct Policy {
  std::set<World> worlds = {World::kReplica, World::kPristine};
  AddressRule addresses = AddressRule::kLoopback;
  // The ports that plans may use in worlds that are not fresh, inclusive.
  uint16_t first_port = 1024;
  uint16_t last_port = 65535;
  // Whether a probe in a fresh world may be moved to the root cgroup, beyond
  // the limits of the agent's own.
  bool root_cgroup = false;
  // Of one assignment: its cells, sockets open at once, the probe's address
  // space, its longest time.
  uint32_t max_cells = 1'000'000;
  uint32_t max_sockets = 4096;
  uint64_t max_memory_bytes = uint64_t{1} << 30;
  absl::Duration max_time = absl::Minutes(10);
  // Probes at once.
  int parallel = 1;
};

// Reads `key: value` lines; `#` begins a comment. Unknown and repeated keys,
// values out of range and lines of any other form are INVALID_ARGUMENT, all of
// them at once, each with `file` and its line: a policy that is only half
// understood would protect only half.
absl::StatusOr<Policy> ParsePolicy(absl::string_view text,
                                   absl::string_view file);

// Fails closed: a file that cannot be read is an error, not the default.
absl::StatusOr<Policy> LoadPolicy(const std::string& path);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_POLICY_POLICY_H_
