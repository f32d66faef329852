// What a host may share with a guest besides the line: its files and its
// network.
#ifndef SOCKDRIFT_AGENT_GUEST_HOST_SHARE_H_
#define SOCKDRIFT_AGENT_GUEST_HOST_SHARE_H_

#include <string>

#include "absl/status/status.h"

namespace sockdrift {

// Makes the host's files this machine's: read-only by 9p, with memory laid over
// them that takes what is written. /dev, /proc, /sys and /run stay the guest's
// own; /boot gets its kernel's configuration. Goes to `folder` there. The first
// process only; other threads and processes keep the old files. The status says
// what of it the kernel lacks.
absl::Status EnterHostFiles(const std::string& folder);

// The only link besides `lo`: the guest is 10.0.2.15, the host's 127.0.0.1 is
// 10.0.2.2. No route leads further.
absl::Status BringHostNetworkUp();

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_GUEST_HOST_SHARE_H_
