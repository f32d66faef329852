// Where a plan runs.
#ifndef SOCKDRIFT_CORE_PLAN_WORLD_H_
#define SOCKDRIFT_CORE_PLAN_WORLD_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

enum class World : uint8_t {
  // A fresh network namespace with the network sysctls of the namespace that
  // the agent was started in (or of a named one) copied in. The default.
  kReplica = 1,
  // A fresh network namespace with the kernel's defaults written explicitly.
  kPristine = 2,
  // The namespace that the agent is in, as in an ordinary pod. Nothing is
  // written to it.
  kOwn = 3,
  // The host's own namespace (`own` in the initial one), inside the agent's
  // policy. Nothing is written to it.
  kHost = 4,
};

// "replica", "pristine", "own" or "host".
absl::string_view WorldName(World world);
absl::StatusOr<World> ParseWorld(absl::string_view name);

// Whether the namespace is made for the plan, so that sysctls, links and
// addresses in it may be changed.
inline bool IsFresh(World world) {
  return world == World::kReplica || world == World::kPristine;
}

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_PLAN_WORLD_H_
