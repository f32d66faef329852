// The seccomp filter of a probe: an allow-list that kills. It never answers
// with an errno, for our refusal must not look like the kernel's.
#ifndef SOCKDRIFT_AGENT_WORLDS_SYSCALL_FILTER_H_
#define SOCKDRIFT_AGENT_WORLDS_SYSCALL_FILTER_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "core/plan/program.h"

namespace sockdrift {

// The names of the system calls that a probe of this program makes once it is
// set up: those of its operations (the operation table), those that change
// capabilities or make fresh namespaces where the program needs that, and the
// few that the engine and the C library need always.
std::set<std::string> AllowedCalls(const Program& program);

// From now on every other call ends this process by SIGSYS. Needs no_new_privs
// (LimitProcess) or CAP_SYS_ADMIN. A bench installs the same filter with
// AllowedCalls of the program that it compares itself with. UNAVAILABLE where
// the kernel has no seccomp filters; INTERNAL for a name that is no call.
absl::Status InstallSyscallFilter(const std::set<std::string>& calls);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_SYSCALL_FILTER_H_
