// Whether a network namespace has sysctls of its own.
#ifndef SOCKDRIFT_AGENT_WORLDS_SYSCTL_SCOPE_H_
#define SOCKDRIFT_AGENT_WORLDS_SYSCTL_SCOPE_H_

#include "agent/os/unique_fd.h"

namespace sockdrift {

// Whose network sysctls /proc/sys/net shows.
enum class SysctlOwner {
  kNamespace,       // the present namespace's
  kFirstNamespace,  // the first one's, in all of them (gVisor)
};

// Made in one network namespace and asked in the next. gVisor's /proc/sys/net
// shows the sandbox's first namespace in all of them: what is written there
// never reaches the present one, and reads back as if it did.
class SysctlScope {
 public:
  SysctlScope();

  // Whether a write in the present namespace changes the former one's value;
  // the present one's is restored. False where it cannot be found out, as
  // below a read-only /proc/sys.
  bool IsSharedWithFormer() const;

 private:
  // Linux binds an open file to the namespace in which it was opened.
  UniqueFd former_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_SYSCTL_SCOPE_H_
