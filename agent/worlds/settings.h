// What a plan wants of its namespace before the first step.
#ifndef SOCKDRIFT_AGENT_WORLDS_SETTINGS_H_
#define SOCKDRIFT_AGENT_WORLDS_SETTINGS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/worlds/sysctl_scope.h"
#include "agent/worlds/sysctls.h"
#include "core/plan/program.h"
#include "core/plan/world.h"

namespace sockdrift {

// Why no cell of this program can be set up in such a world, in words for a
// SKIP; empty when they can.
std::string CannotSetUp(const Program& program, World world);

// Links, then sysctls, then addresses of the present namespace, which must be
// one of the probe's own. `coordinate` is a cell's, or empty where settings do
// not vary; `host` the one of the plan's hosts whose namespace it is, empty
// where it has none. The message says what did not take.
absl::Status ApplySettings(const Program& program,
                           absl::Span<const uint16_t> coordinate,
                           absl::string_view host, SysctlOwner owner);

// Writes sysctls that must take: FAILED_PRECONDITION names the first that does
// not, with what it is instead. Where they are another namespace's nothing is
// written, and they must be as wanted already.
absl::Status RequireSysctls(const Sysctls& wanted, SysctlOwner owner);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_SETTINGS_H_
