#ifndef SOCKDRIFT_AGENT_OS_FIND_PROBE_H_
#define SOCKDRIFT_AGENT_OS_FIND_PROBE_H_

#include <string>

#include "absl/status/statusor.h"

namespace sockdrift {

// The probe's executable: `wanted` unless empty, else $SOCKDRIFT_PROBE, else
// beside this process's own, else in /usr/lib/sockdrift. NOT_FOUND names where
// it was looked for.
absl::StatusOr<std::string> FindProbe(const std::string& wanted);

// That for machines of another kind ("arm64"): `wanted` unless empty, else
// sockdrift-probe-arm64 in the same places, else what `./dev build arm64` made
// beside the build that this process is of.
absl::StatusOr<std::string> FindForeignProbe(const std::string& wanted,
                                             const std::string& arch);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_OS_FIND_PROBE_H_
