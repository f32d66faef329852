#include <algorithm>
#include <memory>
#include <thread>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "boot/boot.h"
#include "boot/kernel.h"
#include "cli/audit_options.h"
#include "cli/audit_report.h"
#include "cli/boot_audit.h"
#include "cli/boot_report.h"
#include "cli/choice.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

// How long a whole catalogue may take in an emulated guest on a busy machine.
constexpr int kAuditSeconds = 1800;
constexpr int kCommandSeconds = 300;

struct BootCommandOptions {
  std::vector<std::string> kernels;
  std::vector<std::string> command;  // after `--`; empty: an audit
  BootOptions boot;
  int seconds = 0;  // 0: not given
  int boot_seconds = 60;
  bool verbose = false;
  // Of an audit.
  PlanChoice choice;
  BootAuditSettings audit;
  std::string save;
  OutputFormat format = OutputFormat::kTable;
};

// A status of `boot` that is none of sockdrift's own exit codes: scripts and
// `git bisect run` act on it.
ExitCode Status(int status) { return static_cast<ExitCode>(status); }

absl::string_view AcceleratorWord(Accelerator accelerator) {
  switch (accelerator) {
    case Accelerator::kAuto:
      break;
    case Accelerator::kKvm:
      return "kvm";
    case Accelerator::kTcg:
      return "tcg";
  }
  return "auto";
}

// A word that names nothing is a slip; a file that cannot be booted is what
// `git bisect run` has to skip.
ExitCode CodeOfMissing(const absl::Status& status) {
  return absl::IsNotFound(status) ? ExitCode::kInvalid : Status(kCannotBoot);
}

void ExplainBoot(const KernelPlace& kernel, const BootResult& result,
                 const BootCommandOptions& options, Console& console) {
  const std::string words =
      result.last_words.empty() ? "" : "\n" + result.last_words;
  if (!result.message.empty()) {
    console.Error(absl::StrCat(kernel.name, " ", result.message, words));
  } else if (options.verbose) {
    console.Note(absl::StrCat(
        kernel.name, " ran",
        result.release.empty() ? "" : absl::StrCat(" ", result.release),
        result.kvm ? " (kvm)" : "", words));
  }
}

// Boots one kernel for a command.
ExitCode RunCommandIn(const BootCommandOptions& options, Console& console) {
  if (options.kernels.size() != 1) {
    console.Error("a command runs under one KERNEL: name no more before --");
    return ExitCode::kInvalid;
  }
  if (options.command.front().empty()) {
    console.Error("no COMMAND after --: name a program to run");
    return ExitCode::kInvalid;
  }
  const absl::StatusOr<KernelPlace> kernel =
      FindKernel(options.kernels.front());
  if (!kernel.ok()) {
    console.Error(kernel.status());
    return CodeOfMissing(kernel.status());
  }
  BootOptions boot = options.boot;
  boot.limit =
      absl::Seconds(options.seconds > 0 ? options.seconds : kCommandSeconds);
  boot.boot_limit = absl::Seconds(options.boot_seconds);
  if (kernel->kind != KernelKind::kGvisor) {
    const absl::StatusOr<std::string> probe =
        ProbeFor(*kernel, options.audit.probe);
    if (!probe.ok()) {
      console.Error(probe.status());
      return ExitCode::kOwnFault;
    }
    boot.probe = *probe;
  }
  const absl::StatusOr<BootResult> result =
      RunUnderKernel(*kernel, options.command, boot);
  if (!result.ok()) {
    console.Error(result.status());
    return ExitCode::kInvalid;
  }
  ExplainBoot(*kernel, *result, options, console);
  return Status(result->status);
}

std::vector<std::string> PassedOn(const BootCommandOptions& options) {
  std::vector<std::string> words = {
      "--accel",
      std::string(AcceleratorWord(options.boot.accelerator)),
      "--memory",
      absl::StrCat(options.boot.memory_mb),
      "--timeout",
      absl::StrCat(options.seconds > 0 ? options.seconds : kAuditSeconds),
      "--boot-timeout",
      absl::StrCat(options.boot_seconds)};
  for (const std::string& parameter : options.boot.append) {
    words.insert(words.end(), {"--append", parameter});
  }
  return words;
}

std::string Report(const std::vector<BootedAudit>& audits,
                   const std::vector<KernelGroup>& groups, OutputFormat format,
                   const Console& console) {
  if (audits.size() == 1) {
    return audits.front().audit.ok()
               ? AuditIn(format, *audits.front().audit, console)
               : "";
  }
  switch (format) {
    case OutputFormat::kTable:
      break;
    case OutputFormat::kJson:
      return BootJson(audits, groups);
    case OutputFormat::kKtap:
      return BootKtap(audits);
  }
  return BootText(audits, groups, console);
}

absl::Status Save(const std::vector<BootedAudit>& audits,
                  const std::string& path) {
  BehaviourFile whole;
  for (const BootedAudit& one : audits) {
    if (!one.audit.ok()) continue;
    BehaviourFile file = ToBehaviourFile(*one.audit);
    whole.made_by = file.made_by;
    // The programs are the same for all.
    whole.programs = std::move(file.programs);
    whole.hosts.push_back(std::move(file.hosts.front()));
  }
  if (whole.hosts.empty()) return absl::OkStatus();
  return WriteBehaviourFile(whole, path);
}

ExitCode CodeOf(const std::vector<BootedAudit>& audits, size_t groups) {
  size_t booted = 0;
  bool findings = groups > 1;
  bool untold = false;
  for (const BootedAudit& one : audits) {
    if (!one.audit.ok()) {
      if (absl::IsInvalidArgument(one.audit.status())) {
        return ExitCode::kInvalid;
      }
      continue;
    }
    ++booted;
    const ExitCode code = ExitCodeOf(*one.audit);
    findings |= code == ExitCode::kFindings;
    untold |= code == ExitCode::kCouldNotTell;
  }
  if (booted == 0) return Status(kCannotBoot);
  if (findings) return ExitCode::kFindings;
  return untold || booted < audits.size() ? ExitCode::kCouldNotTell
                                          : ExitCode::kFine;
}

ExitCode Finish(const std::vector<BootedAudit>& audits,
                const BootCommandOptions& options, Console& console) {
  const std::vector<KernelGroup> groups = GroupKernels(audits);
  const bool save = !options.save.empty() && !Interrupted();
  const absl::Status saved =
      save ? Save(audits, options.save) : absl::OkStatus();
  console.Data(Report(audits, groups, options.format, console));
  for (const BootedAudit& one : audits) {
    const std::string trouble = one.audit.ok()
                                    ? one.audit->trouble
                                    : std::string(one.audit.status().message());
    if (!trouble.empty()) console.Error(trouble);
  }
  if (!saved.ok()) {
    console.Error(absl::StrCat("--save: ", std::string(saved.message()),
                               "; nothing was saved: name a file on a disk "
                               "with room"));
    return ExitCode::kOwnFault;
  }
  if (Interrupted()) {
    console.Error("interrupted: the cells that are MISS were not run");
    return ExitCode::kCouldNotTell;
  }
  return CodeOf(audits, groups.size());
}

ExitCode AuditThem(const BootCommandOptions& options, Console& console) {
  absl::Status wrong = CheckSave(options.save);
  const absl::StatusOr<ChosenPlans> plans =
      wrong.ok() ? ChoosePlans(options.choice) : wrong;
  if (!plans.ok()) {
    console.Error(plans.status());
    return ExitCode::kInvalid;
  }
  std::vector<KernelPlace> kernels;
  for (const std::string& word : options.kernels) {
    absl::StatusOr<KernelPlace> kernel = FindKernel(word);
    if (!kernel.ok()) {
      console.Error(kernel.status());
      return CodeOfMissing(kernel.status());
    }
    kernels.push_back(*std::move(kernel));
  }
  NoteLeftOut(*plans, console);
  WatchInterrupts();
  BootAuditSettings settings = options.audit;
  settings.boot_options = PassedOn(options);
  if (!options.boot.append.empty()) {
    settings.host_suffix =
        absl::StrCat(" ", absl::StrJoin(options.boot.append, " "));
  }
  return Finish(
      AuditKernels(kernels, options.kernels, plans->plans, settings, console),
      options, console);
}

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
                           "--save", "--output"}) {
    if (command.get_option(name)->count() > 0) {
      throw CLI::ValidationError(absl::StrCat(
          name, " is for audits: leave it out, or the command after --"));
    }
  }
}

}  // namespace

void AddBootCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "boot",
      "Boots kernels and audits them, or runs a command under one: "
      "boot KERNEL… or boot KERNEL -- COMMAND…");
  auto options = std::make_shared<BootCommandOptions>();
  AddGuestOptions(*command, *options);
  AddAuditOptions(*command, *options);
  command->callback([&invocation, options, command] {
    options->command = invocation.wrapped;
    options->command.empty() ? RefuseSharing(*command)
                             : RefuseAuditOptions(*command);
    invocation.action = [options](Console& console) {
      return options->command.empty() ? AuditThem(*options, console)
                                      : RunCommandIn(*options, console);
    };
  });
}

}  // namespace sockdrift
