#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <thread>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/audit.h"
#include "cli/audit_report.h"
#include "cli/choice.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/plan_source.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

struct AuditOptions {
  PlanSelection selection;
  AuditSettings settings;
  bool long_running = false;
  std::string save;
  OutputFormat format = OutputFormat::kTable;
};

// Leaves out what takes minutes, unless it was asked for. A plan that was
// named and would be left out is an error: silence would look like success.
absl::StatusOr<std::vector<CompiledPlan>> PlansToRun(
    const AuditOptions& options, Console& console) {
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<CompiledPlan> plans,
                             LoadPlans(options.selection));
  if (options.long_running) return plans;
  std::vector<std::string> left_out;
  for (const CompiledPlan& plan : plans) {
    if (plan.program.long_running) left_out.push_back(plan.name);
  }
  if (left_out.empty()) return plans;
  if (!options.selection.wanted.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(absl::StrJoin(left_out, ", "),
                     " takes minutes and runs with --long only: add --long"));
  }
  console.Note(absl::StrCat(
      "left out, because they take minutes: ", absl::StrJoin(left_out, ", "),
      "; --long runs them too"));
  plans.erase(std::remove_if(plans.begin(), plans.end(),
                             [](const CompiledPlan& plan) {
                               return plan.program.long_running;
                             }),
              plans.end());
  return plans;
}

// Before minutes of work rather than after them.
absl::Status CheckSave(const std::string& path) {
  if (path.empty()) return absl::OkStatus();
  const std::filesystem::path parent =
      std::filesystem::absolute(path).parent_path();
  std::error_code error;
  if (!std::filesystem::is_directory(parent, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--save ", path, ": there is no folder ", parent.string(),
                     "; make it first"));
  }
  if (std::filesystem::is_directory(path, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--save ", path, " is a folder; name a file in it"));
  }
  if (access(parent.c_str(), W_OK) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--save ", path, ": the folder ", parent.string(),
                     " is not writable; name another one"));
  }
  return absl::OkStatus();
}

ExitCode Finish(const Audit& audit, const AuditOptions& options,
                Console& console) {
  const bool save = !options.save.empty() && !Interrupted();
  const absl::Status saved =
      save ? WriteBehaviourFile(ToBehaviourFile(audit), options.save)
           : absl::OkStatus();
  console.Data(options.format == OutputFormat::kJson
                   ? AuditJson(audit)
                   : AuditText(audit, console));
  if (!saved.ok()) {
    console.Error(absl::StrCat("--save: ", std::string(saved.message()),
                               "; nothing was saved: name a file on a disk "
                               "with room"));
    return ExitCode::kOwnFault;
  }
  if (Interrupted()) {
    console.Error(
        absl::StrCat("interrupted: the cells that are MISS were not run",
                     options.save.empty() ? "" : ", and nothing was saved"));
    return ExitCode::kCouldNotTell;
  }
  const ExitCode code = ExitCodeOf(audit);
  if (code == ExitCode::kCouldNotTell) {
    console.Error(
        "this host could not be audited as a whole: see the cells that are "
        "not DONE\n  'sockdrift doctor' says which worlds this host gives");
  }
  return code;
}

// Why no audit came about.
ExitCode ExitCodeOf(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) || absl::IsUnavailable(status)
             ? ExitCode::kCouldNotTell
             : ExitCode::kOwnFault;
}

ExitCode RunAuditCommand(const AuditOptions& options, Console& console) {
  const absl::Status savable = CheckSave(options.save);
  if (!savable.ok()) {
    console.Error(savable);
    return ExitCode::kInvalid;
  }
  absl::StatusOr<std::vector<CompiledPlan>> plans =
      PlansToRun(options, console);
  if (!plans.ok()) {
    console.Error(plans.status());
    return ExitCode::kInvalid;
  }
  WatchInterrupts();
  const absl::StatusOr<Audit> audit =
      RunAudit(*std::move(plans), options.settings, console);
  if (!audit.ok()) {
    console.Error(audit.status());
    return ExitCodeOf(audit.status());
  }
  return Finish(*audit, options, console);
}

void AddWorldOptions(CLI::App& command, AuditSettings& settings) {
  AddChoice<World>(command, "--world", settings.world,
                   {{"replica", World::kReplica},
                    {"pristine", World::kPristine},
                    {"own", World::kOwn},
                    {"host", World::kHost}},
                   "where plans run: replica (a fresh network namespace with "
                   "this one's sysctls, the default), pristine (with the "
                   "kernel's defaults), own or host (this one itself)");
  command
      .add_option("--netns", settings.netns,
                  "the network namespace to take instead of this process's "
                  "own, such as /run/netns/blue or /proc/4711/ns/net")
      ->option_text("PATH");
}

void AddAuditOptions(CLI::App& command, AuditOptions& options) {
  command
      .add_option("--plan", options.selection.wanted,
                  "a plan's name, or a file; may be given several times; "
                  "without it the whole catalogue")
      ->option_text("NAME|FILE");
  AddPlansFolderOption(command, options.selection.folders);
  AddWorldOptions(command, options.settings);
  command.add_flag("--long", options.long_running,
                   "also plans that take minutes (TIME_WAIT)");
  options.settings.parallel =
      static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  command
      .add_option("--jobs", options.settings.parallel,
                  "plans that run at once; as many as cores by default")
      ->check(CLI::Range(1, 256))
      ->option_text("N");
  command
      .add_option("--save", options.save,
                  "write what was seen to a behaviour file, for diff")
      ->option_text("FILE");
  command
      .add_option("--via", options.settings.via,
                  "a command that starts the probe elsewhere: it is given the "
                  "probe's path and --stream, such as 'lab/boot 6.1 --'")
      ->option_text("'COMMAND'");
  command
      .add_option("--probe", options.settings.probe,
                  "the probe's executable; beside this one by default")
      ->option_text("PATH");
  AddOutputOption(command, options.format);
}

}  // namespace

void AddAuditCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "audit", "What sockets really do on this host: no server, no files");
  auto options = std::make_shared<AuditOptions>();
  AddAuditOptions(*command, *options);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return RunAuditCommand(*options, console);
    };
  });
}

}  // namespace sockdrift
