// Which network sysctls there are to know of and how far each one reaches.
#ifndef SOCKDRIFT_AGENT_FACTS_SYSCTL_SCOPE_H_
#define SOCKDRIFT_AGENT_FACTS_SYSCTL_SCOPE_H_

#include "absl/strings/string_view.h"

namespace sockdrift {

// Whether each network namespace has a value of its own of this sysctl
// ("net.ipv6.bindv6only"); false for one that all namespaces of the kernel
// share, and for any name that is not under "net.". Follows Linux 6.18; a few
// were shared in older kernels (docs/facts.md).
bool IsPerNamespace(absl::string_view sysctl);

// Whether the sysctl can bear on what a socket call answers. False for device
// queues, routing caches, IPsec and the like, for secrets (Fast Open's key) and
// for numbers that differ on every host by design (hash seeds).
bool BearsOnSockets(absl::string_view sysctl);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_FACTS_SYSCTL_SCOPE_H_
