// The other users that a plan's calls can be made as.
#ifndef SOCKDRIFT_AGENT_WORLDS_USERS_H_
#define SOCKDRIFT_AGENT_WORLDS_USERS_H_

#include <linux/capability.h>

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "agent/worlds/capabilities.h"

namespace sockdrift {

// What changing to one of them takes.
inline constexpr CapabilityMask kToChangeUser =
    MaskOf(CAP_SETUID) | MaskOf(CAP_SETGID);

struct Ids {
  unsigned uid = 0;
  unsigned gid = 0;
};

// The ids of a plan's `u1` and `u2`: fixed, unprivileged, and inside what
// container runtimes map for root. Nullopt for any other name.
std::optional<Ids> IdsOfUser(absl::string_view user);

Ids EffectiveIds();
// Changes the effective ids alone, so that there is a way back. Takes the
// capabilities above, effective; undoes EndWithParent(). The status is of the
// errno: EINVAL where the user namespace does not map them.
absl::Status SetEffectiveIds(const Ids& ids);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_USERS_H_
