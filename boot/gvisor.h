// A command under gVisor: a kernel that is not Linux, with a network stack of
// its own and this machine's files read-only.
#ifndef SOCKDRIFT_BOOT_GVISOR_H_
#define SOCKDRIFT_BOOT_GVISOR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "boot/kernel.h"
#include "boot/relay.h"

namespace sockdrift {

// `fds` as for RelayGuest, without a line and a process. `sockets`: the command
// may connect to this machine's Unix sockets. FAILED_PRECONDITION: runsc could
// not be started.
absl::StatusOr<GuestEnd> RunUnderGvisor(const KernelPlace& runsc,
                                        const std::vector<std::string>& command,
                                        const RelayFds& fds,
                                        absl::Duration limit, bool sockets);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_GVISOR_H_
