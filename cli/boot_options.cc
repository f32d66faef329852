#include "cli/boot_options.h"

#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "cli/choice.h"

namespace sockdrift {
namespace {

void AddGuestOptions(CLI::App& command, BootCommandOptions& options) {
  command
      .add_option("KERNEL", options.kernels,
                  "a kernel's image (vmlinuz, vmlinux, arm64 Image), a Debian "
                  "package of one, a user-mode Linux, or a name of the lab's "
                  "cache (lab/fetch --list), such as 6.1 or gvisor")
      ->required()
      ->option_text("KERNEL…");
  command
      .add_option("--append", options.boot.append,
                  "a further parameter of the kernel, such as ipv6.disable=1; "
                  "may be given several times")
      ->allow_extra_args(false)
      ->option_text("ARG");
  AddChoice<Accelerator>(command, "--accel", options.boot.accelerator,
                         {{"auto", Accelerator::kAuto},
                          {"kvm", Accelerator::kKvm},
                          {"tcg", Accelerator::kTcg}},
                         "auto: KVM where a trial shows that it works, else "
                         "emulation (tcg)");
  command
      .add_option("--memory", options.boot.memory_mb, "a guest's memory (256)")
      ->check(CLI::Range(64, 65536))
      ->option_text("MB");
  command
      .add_option("--boot-timeout", options.boot_seconds,
                  "how long a kernel may take to come up (60)")
      ->check(CLI::Range(1, 86400))
      ->option_text("SECONDS");
  command
      .add_option("--timeout", options.seconds,
                  "how long COMMAND may take after that (300; an audit 1800)")
      ->check(CLI::Range(1, 86400))
      ->option_text("SECONDS");
  command
      .add_option("--root", options.boot.root,
                  "a folder of this machine, usually /, whose files COMMAND "
                  "has; what it writes is lost")
      ->option_text("FOLDER");
  command.add_flag("--network", options.boot.network,
                   "COMMAND reaches this machine's 127.0.0.1 as 10.0.2.2, "
                   "under gvisor its Unix sockets");
  command.add_flag("--verbose", options.verbose,
                   "the kernel's last messages, also after COMMAND ended well");
}

void AddAuditOptions(CLI::App& command, BootCommandOptions& options) {
  AddPlanOptions(command, options.choice);
  AddWorldOption(command, options.audit.world);
  options.audit.parallel =
      static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  command
      .add_option("--jobs", options.audit.parallel,
                  "guests at once; as many as cores by default")
      ->check(CLI::Range(1, 256))
      ->option_text("N");
  command
      .add_option("--probe", options.audit.probe,
                  "the probe's executable; beside this one by default")
      ->option_text("PATH");
  AddClaimOptions(command, options.claims);
  AddSaveOption(command, options.save);
  AddAuditOutputOption(command, options.format);
}

// An audit's probe needs nothing of this machine, and must find nothing of it.
void RefuseSharing(const CLI::App& command) {
  for (const char* name : {"--root", "--network"}) {
    if (command.get_option(name)->count() > 0) {
      throw CLI::ValidationError(
          absl::StrCat(name, " is for a command: name one after --"));
    }
  }
}

// What an audit is told says nothing to a command.
void RefuseAuditOptions(const CLI::App& command) {
  for (const char* name : {"--plan", "--plans", "--long", "--world", "--jobs",
                           "--claims", "--claim", "--save", "--output"}) {
    if (command.get_option(name)->count() > 0) {
      throw CLI::ValidationError(absl::StrCat(
          name, " is for audits: leave it out, or the command after --"));
    }
  }
}

}  // namespace

void AddBootOptions(CLI::App& command, BootCommandOptions& options) {
  AddGuestOptions(command, options);
  AddAuditOptions(command, options);
}

void CheckBootOptions(const CLI::App& command,
                      const BootCommandOptions& options) {
  options.command.empty() ? RefuseSharing(command)
                          : RefuseAuditOptions(command);
}

}  // namespace sockdrift
