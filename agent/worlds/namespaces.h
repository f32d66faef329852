// Entering network namespaces. All of it changes the calling process for good:
// a probe ends, it does not go back. The process must have one thread.
#ifndef SOCKDRIFT_AGENT_WORLDS_NAMESPACES_H_
#define SOCKDRIFT_AGENT_WORLDS_NAMESPACES_H_

#include <linux/capability.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/worlds/capabilities.h"

namespace sockdrift {

// What it takes to make another network namespace and to set it up.
inline constexpr CapabilityMask kToRenew =
    MaskOf(CAP_SYS_ADMIN) | MaskOf(CAP_NET_ADMIN);

// The uid and gid that calls under test run with when root started the probe.
inline constexpr unsigned kUnprivilegedId = 65534;

enum class FreshBy {
  kPrivilege,      // CAP_SYS_ADMIN and CAP_NET_ADMIN were there
  kUserNamespace,  // through a user namespace of one's own
};

// Leaves for a new network namespace: directly where the privilege for it is
// there, else through a user namespace with identity maps. In both this process
// has CAP_NET_ADMIN over it afterwards. FAILED_PRECONDITION says in words why
// neither can be had and what to do about it.
absl::StatusOr<FreshBy> EnterFreshNetwork();

// Enters the network namespace at a path such as /run/netns/blue.
// FAILED_PRECONDITION says why that cannot be.
absl::Status EnterNetwork(const std::string& path);

// Whether this is the network namespace that the kernel booted with.
bool InInitialNetwork();

// Gives up root's uid and gid, where this process has them, for
// kUnprivilegedId, and keeps the permitted capabilities. UNAVAILABLE where
// that is not permitted.
absl::Status LeaveRoot();

// Which setting forbids user namespaces here, and what to do about it; empty
// where none that can be read does.
std::string WhyNoUserNamespaces();

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_NAMESPACES_H_
