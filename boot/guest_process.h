// A guest at work: qemu or user-mode Linux as a child of this process. It
// leaves nothing behind: its files are memory files, and it ends with its
// object, or with this process however that ended.
#ifndef SOCKDRIFT_BOOT_GUEST_PROCESS_H_
#define SOCKDRIFT_BOOT_GUEST_PROCESS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/os/child_process.h"
#include "agent/os/unique_fd.h"
#include "boot/kernel.h"
#include "boot/state_folder.h"

namespace sockdrift {

struct GuestMachine {
  bool kvm = false;
  int memory_mb = 256;
  std::vector<std::string> append;  // parameters of the kernel
  std::string root;                 // whose files it shares; empty: none
  bool network = false;
};

// The serial port that the guest's kernel gives the line: "ttyS1".
std::string LineOf(const KernelPlace& kernel);

// NOT_FOUND, with the Debian package, where it is not installed.
absl::StatusOr<std::string> FindQemu(Arch arch);

class GuestProcess {
 public:
  // NOT_FOUND: no qemu; FAILED_PRECONDITION: it could not be started.
  static absl::StatusOr<GuestProcess> Start(const KernelPlace& kernel,
                                            const std::string& image,
                                            const std::string& initramfs,
                                            const GuestMachine& machine);

  int line() const { return line_.get(); }
  int pidfd() const { return child_.pidfd(); }
  // What the kernel, and qemu, said last; of a panic its beginning. Lines that
  // begin with two blanks.
  std::string LastWords() const;

 private:
  GuestProcess(std::optional<StateFolder> state, ChildProcess child,
               UniqueFd line, UniqueFd console, UniqueFd words)
      : state_(std::move(state)),
        child_(std::move(child)),
        line_(std::move(line)),
        console_(std::move(console)),
        words_(std::move(words)) {}

  std::optional<StateFolder> state_;  // outlives the process
  ChildProcess child_;
  UniqueFd line_;
  UniqueFd console_;
  UniqueFd words_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_GUEST_PROCESS_H_
