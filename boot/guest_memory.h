// What a guest's memory holds when its kernel starts (agent/guest/guest.h).
#ifndef SOCKDRIFT_BOOT_GUEST_MEMORY_H_
#define SOCKDRIFT_BOOT_GUEST_MEMORY_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "boot/kernel.h"

namespace sockdrift {

// The program of a command, as a guest holds it. INVALID_ARGUMENT: it is no
// program of that machine, or it needs libraries, which a guest does not have.
absl::StatusOr<std::string> ReadGuestProgram(const std::string& path,
                                             Arch arch);

struct GuestMemory {
  std::string init;  // the probe's content
  // The command's program: its content, empty where it is the probe; and where
  // it lies here.
  std::string program;
  std::string program_path;
  std::vector<std::string> arguments;  // without the program
  std::map<std::string, std::string> environment;
  // The command's input, where all of it is there already; nullopt: it comes
  // over the line.
  std::optional<std::string> input;
  std::string line;  // "ttyS1"
  // Where this machine's files are the guest's: the command's folder. `program`
  // is empty then.
  std::string folder;
  bool network = false;
};

// An initramfs with it, the kernel's modules and its configuration.
std::string MakeInitramfs(const GuestMemory& memory, const KernelFiles& kernel);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_GUEST_MEMORY_H_
