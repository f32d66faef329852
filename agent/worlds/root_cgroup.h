// Leaving one's cgroup, and with it the programs that answer socket calls there
// in the kernel's stead (BPF_PROG_TYPE_CGROUP_SOCK_ADDR and its like).
#ifndef SOCKDRIFT_AGENT_WORLDS_ROOT_CGROUP_H_
#define SOCKDRIFT_AGENT_WORLDS_ROOT_CGROUP_H_

#include "absl/status/status.h"

namespace sockdrift {

// Moves this process, and all that it will start, to the root of the cgroup v2
// hierarchy for good. A socket belongs to the cgroup in which it was made, so
// this must come before the first. Programs of the root itself act everywhere.
// FAILED_PRECONDITION says in words why that cannot be and what to do about it.
absl::Status EnterRootCgroup();

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_ROOT_CGROUP_H_
