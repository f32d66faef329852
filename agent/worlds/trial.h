// What a probe that tried to make a world says of it, as text between two
// processes of this project.
#ifndef SOCKDRIFT_AGENT_WORLDS_TRIAL_H_
#define SOCKDRIFT_AGENT_WORLDS_TRIAL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/worlds/capabilities.h"
#include "core/plan/world.h"

namespace sockdrift {

struct WorldTrial {
  std::string refused;              // why; empty when it was made
  bool by_user_namespace = false;   // made with the rights of one
  CapabilityMask capabilities = 0;  // that a plan could be given in it
  std::vector<std::string> notes;   // as in a tally
};

// Makes the world in this process, which is of no other use afterwards.
WorldTrial TryWorld(World world);

std::string EncodeTrial(const WorldTrial& trial);
// INVALID_ARGUMENT for anything else.
absl::StatusOr<WorldTrial> DecodeTrial(absl::string_view text);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_TRIAL_H_
