// Whether the policy lets an assignment run here.
#ifndef SOCKDRIFT_AGENT_POLICY_PERMIT_H_
#define SOCKDRIFT_AGENT_POLICY_PERMIT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "agent/policy/policy.h"
#include "core/plan/program.h"
#include "core/plan/world.h"

namespace sockdrift {

// Why the world is not allowed, in words; empty when it is.
std::string WhyNotWorld(const Policy& policy, World world);

// Why probes are not moved to the root cgroup, in words; empty when they are.
std::string WhyNotRootCgroup(const Policy& policy);

// Why `program` may not run in `world`, `cells` of it; empty when it may. The
// words are the same on all hosts with the same policy.
std::string WhyNotPermitted(const Policy& policy, const Program& program,
                            World world, size_t cells);

// Whether the rule allows a plan's address or endpoint: `127.0.0.1:A`,
// `[::1%lo]:0`, `::ffff:127.0.0.1`, `unspec`. What cannot be read as an
// address is allowed by kAny only.
bool AllowsAddress(AddressRule rule, absl::string_view text);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_POLICY_PERMIT_H_
