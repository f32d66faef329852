// What the present network namespace says of its ports.
#ifndef SOCKDRIFT_AGENT_WORLDS_PORTS_H_
#define SOCKDRIFT_AGENT_WORLDS_PORTS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/engine/world_control.h"

namespace sockdrift {

// From the sysctls; the kernel's defaults where one cannot be read. `in_use`
// stays empty, `first` and `last` are whatever they were made with.
PortRules ReadPortRules();

// What holds of both of two namespaces: a port that is ephemeral in one only is
// of no class, and reserved.
PortRules RulesOfBoth(const PortRules& a, const PortRules& b);

// "22,8000-8002" to {22, 8000, 8001, 8002}; INVALID_ARGUMENT for other texts.
absl::StatusOr<std::vector<uint16_t>> ParsePortList(absl::string_view text);

// The local ports of every TCP and UDP socket of this namespace, ascending,
// each once: by one sock_diag dump a protocol and family, or from
// /proc/self/net where there is no sock_diag.
std::vector<uint16_t> ReadPortsInUse();

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_PORTS_H_
