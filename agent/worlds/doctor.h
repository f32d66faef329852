// Which worlds this host gives, why not the others, and what each missing
// privilege costs: the data of `sockdrift doctor`.
#ifndef SOCKDRIFT_AGENT_WORLDS_DOCTOR_H_
#define SOCKDRIFT_AGENT_WORLDS_DOCTOR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/plan/world.h"

namespace sockdrift {

struct WorldAvailability {
  World world;
  bool available = false;
  std::string reason;  // why it is not, and what to do about it
  // What plans lose in it, a sentence each; in a world that is not available,
  // what is lost without it.
  std::vector<std::string> costs;
};

// Makes each world in a probe of its own, as an audit would; nothing is changed
// here. `probe` as in SuperviseOptions. NOT_FOUND without a probe.
absl::StatusOr<std::vector<WorldAvailability>> Examine(
    const std::string& probe = "");

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_DOCTOR_H_
