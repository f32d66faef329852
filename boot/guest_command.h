#ifndef SOCKDRIFT_BOOT_GUEST_COMMAND_H_
#define SOCKDRIFT_BOOT_GUEST_COMMAND_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "boot/boot.h"
#include "boot/guest_memory.h"
#include "boot/kernel.h"

namespace sockdrift {

// What a guest of a Linux kernel, or user-mode Linux, holds to run the command,
// whose input is this process's. INVALID_ARGUMENT: it cannot run in a guest.
absl::StatusOr<GuestMemory> GuestMemoryFor(
    const KernelPlace& kernel, const std::vector<std::string>& command,
    const BootOptions& options);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_GUEST_COMMAND_H_
