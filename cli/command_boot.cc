#include <memory>
#include <optional>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "boot/kernel.h"
#include "boot/orphans.h"
#include "cli/audit_report.h"
#include "cli/boot_audit.h"
#include "cli/boot_claims.h"
#include "cli/boot_options.h"
#include "cli/boot_report.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

// How long a whole catalogue may take in an emulated guest on a busy machine.
constexpr int kAuditSeconds = 1800;
constexpr int kCommandSeconds = 300;

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

// A word that names nothing is a slip, as are options that do not fit; a file
// that cannot be booted is what `git bisect run` has to skip.
ExitCode CodeOfMissing(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsFailedPrecondition(status)
             ? ExitCode::kInvalid
             : Status(kCannotBoot);
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
  if (!result.note.empty()) {
    console.Note(absl::StrCat(kernel.name, " ", result.note));
  }
}

// --accel kvm for a kernel that no KVM of this machine runs.
absl::Status CheckAccelerator(const KernelPlace& kernel,
                              const BootOptions& options) {
  if (options.accelerator != Accelerator::kKvm ||
      kernel.kind != KernelKind::kLinux || kernel.arch == kArchHere) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("--accel kvm: ", kernel.name, " is a kernel for ",
                   ArchName(kernel.arch), " and this machine's KVM runs ",
                   ArchName(kArchHere), "; leave --accel out"));
}

// NOT_FOUND, FAILED_PRECONDITION: wrong usage; else it cannot be booted.
absl::StatusOr<KernelPlace> FindBootable(const std::string& word,
                                         const BootOptions& options) {
  SOCKDRIFT_ASSIGN_OR_RETURN(KernelPlace kernel, FindKernel(word));
  SOCKDRIFT_RETURN_IF_ERROR(CheckAccelerator(kernel, options));
  return kernel;
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
      FindBootable(options.kernels.front(), options.boot);
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
  if (const std::optional<int> ended = GoOnInChild(); ended.has_value()) {
    return Status(*ended);
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

struct Asked {
  ChosenPlans plans;
  ClaimBook book;
};

std::string Report(const std::vector<BootedAudit>& audits,
                   const std::vector<KernelGroup>& groups, const Asked& asked,
                   const BootCommandOptions& options, const Console& console) {
  const OutputFormat format = options.format;
  if (options.claims.about_claims()) {
    return format == OutputFormat::kJson
               ? BootClaimsJson(audits, asked.book, asked.plans, options.claims)
               : BootClaimsText(audits, asked.book, asked.plans, options.claims,
                                console);
  }
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

ExitCode Finish(const std::vector<BootedAudit>& audits, const Asked& asked,
                const BootCommandOptions& options, Console& console) {
  const std::vector<KernelGroup> groups = GroupKernels(audits);
  const bool save = !options.save.empty() && !Interrupted();
  const absl::Status saved =
      save ? Save(audits, options.save) : absl::OkStatus();
  console.Data(Report(audits, groups, asked, options, console));
  for (const BootedAudit& one : audits) {
    if (one.audit.ok()) {
      for (const std::string& remark : one.audit->remarks) console.Note(remark);
    }
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

absl::StatusOr<Asked> WhatIsAsked(const BootCommandOptions& options) {
  Asked asked;
  SOCKDRIFT_RETURN_IF_ERROR(CheckSave(options.save));
  SOCKDRIFT_ASSIGN_OR_RETURN(asked.book,
                             ClaimsWith(options.choice.selection.folders));
  SOCKDRIFT_ASSIGN_OR_RETURN(asked.plans, ChoosePlans(options.choice));
  SOCKDRIFT_RETURN_IF_ERROR(
      KeepPlansOf(options.claims, asked.book, asked.plans));
  return asked;
}

ExitCode AuditThem(const BootCommandOptions& options, Console& console) {
  const absl::StatusOr<Asked> asked = WhatIsAsked(options);
  if (!asked.ok()) {
    console.Error(asked.status());
    return ExitCode::kInvalid;
  }
  std::vector<KernelPlace> kernels;
  for (const std::string& word : options.kernels) {
    absl::StatusOr<KernelPlace> kernel = FindBootable(word, options.boot);
    if (!kernel.ok()) {
      console.Error(kernel.status());
      return CodeOfMissing(kernel.status());
    }
    kernels.push_back(*std::move(kernel));
  }
  NoteLeftOut(asked->plans, console);
  WatchInterrupts();
  BootAuditSettings settings = options.audit;
  settings.boot_options = PassedOn(options);
  if (!options.boot.append.empty()) {
    settings.host_suffix =
        absl::StrCat(" ", absl::StrJoin(options.boot.append, " "));
  }
  return Finish(AuditKernels(kernels, options.kernels, asked->plans.plans,
                             settings, console),
                *asked, options, console);
}

}  // namespace

void AddBootCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "boot",
      "Boots kernels and audits them, or runs a command under one: "
      "boot KERNEL… or boot KERNEL -- COMMAND…");
  auto options = std::make_shared<BootCommandOptions>();
  AddBootOptions(*command, *options);
  command->callback([&invocation, options, command] {
    options->command = invocation.wrapped;
    CheckBootOptions(*command, *options);
    invocation.action = [options](Console& console) {
      return options->command.empty() ? AuditThem(*options, console)
                                      : RunCommandIn(*options, console);
    };
  });
}

}  // namespace sockdrift
