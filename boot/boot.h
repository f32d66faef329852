// Runs a command under another kernel, with its standard streams carried over
// byte for byte.
#ifndef SOCKDRIFT_BOOT_BOOT_H_
#define SOCKDRIFT_BOOT_BOOT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "boot/kernel.h"

namespace sockdrift {

// Exit statuses besides the command's own.
inline constexpr int kBootTimedOut = 124;
inline constexpr int kCannotBoot = 125;

enum class Accelerator { kAuto, kKvm, kTcg };

struct BootOptions {
  std::vector<std::string> append;  // parameters of the kernel
  Accelerator accelerator = Accelerator::kAuto;
  int memory_mb = 256;
  // How long the guest may take to come up, and then the command to end.
  absl::Duration boot_limit = absl::Seconds(60);
  absl::Duration limit = absl::Minutes(5);
  std::string probe;  // the guest's first process
  // A folder here whose files the guest has as its own, read-only, with what it
  // writes in its memory; empty: it has none. Not of user-mode Linux.
  std::string root;
  // The guest reaches this machine's 127.0.0.1 as 10.0.2.2, or under gVisor,
  // which has no other way, its Unix sockets.
  bool network = false;

  bool shares_host() const { return !root.empty() || network; }
};

struct BootResult {
  // The command's exit status, 128 and the number of the signal that ended it;
  // kBootTimedOut; kCannotBoot: the guest did not start or went down; 128 and
  // the number of a signal that ended this process's work.
  int status = kCannotBoot;
  std::string message;  // why, where the status is not the command's own
  std::string release;  // of the kernel that ran
  bool kvm = false;
  // Why this machine's KVM was given up for emulation, where it was just now.
  std::string note;
  std::string last_words;  // of the kernel
};

// INVALID_ARGUMENT: the command cannot run in a guest. Precondition: this
// process has one thread. SIGINT, SIGTERM and SIGHUP end the guest, and stay
// blocked.
absl::StatusOr<BootResult> RunUnderKernel(
    const KernelPlace& kernel, const std::vector<std::string>& command,
    const BootOptions& options);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_BOOT_H_
