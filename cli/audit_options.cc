#include "cli/audit_options.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/os/unique_fd.h"
#include "cli/choice.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

std::string NamesOf(const std::vector<CompiledPlan>& plans) {
  return absl::StrJoin(plans, ", ",
                       [](std::string* out, const CompiledPlan& plan) {
                         absl::StrAppend(out, plan.name);
                       });
}

}  // namespace

absl::StatusOr<ChosenPlans> ChoosePlans(const PlanChoice& choice) {
  ChosenPlans chosen;
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<CompiledPlan> plans,
                             LoadPlans(choice.selection));
  for (CompiledPlan& plan : plans) {
    const bool left_out = plan.program.long_running && !choice.long_running;
    (left_out ? chosen.left_out : chosen.plans).push_back(std::move(plan));
  }
  if (!chosen.left_out.empty() && !choice.selection.wanted.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(NamesOf(chosen.left_out),
                     " takes minutes and runs with --long only: add --long"));
  }
  return chosen;
}

void NoteLeftOut(const ChosenPlans& plans, Console& console) {
  if (plans.left_out.empty()) return;
  console.Note(absl::StrCat("left out, because they take minutes: ",
                            NamesOf(plans.left_out), "; --long runs them too"));
}

void AddPlanOptions(CLI::App& command, PlanChoice& choice) {
  command
      .add_option("--plan", choice.selection.wanted,
                  "a plan's name, or a file; may be given several times; "
                  "without it the whole catalogue")
      ->allow_extra_args(false)
      ->option_text("NAME|FILE");
  AddPlansFolderOption(command, choice.selection.folders);
  AddLongFlag(command, choice);
}

void AddSaveOption(CLI::App& command, std::string& path) {
  command
      .add_option("--save", path,
                  "write what was seen to a behaviour file, for diff")
      ->option_text("FILE");
}

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

void AddWorldOption(CLI::App& command, World& world) {
  AddChoice<World>(command, "--world", world,
                   {{"replica", World::kReplica},
                    {"pristine", World::kPristine},
                    {"own", World::kOwn},
                    {"host", World::kHost}},
                   "where plans run: replica (a fresh network namespace with "
                   "this one's sysctls, the default), pristine (with the "
                   "kernel's defaults), own or host (this one itself)");
}

void AddMeasuringOptions(CLI::App& command, AuditSettings& settings) {
  AddWorldOption(command, settings.world);
  command
      .add_option("--netns", settings.netns,
                  "the network namespace to take instead of this process's "
                  "own, such as /run/netns/blue or /proc/4711/ns/net")
      ->option_text("PATH");
  settings.parallel =
      static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  command
      .add_option("--jobs", settings.parallel,
                  "plans that run at once; as many as cores by default")
      ->check(CLI::Range(1, 256))
      ->option_text("N");
  command
      .add_option("--via", settings.via,
                  "a command that starts the probe elsewhere: it is given the "
                  "probe's path and --stream, such as 'ssh box'")
      ->option_text("'COMMAND'");
  command
      .add_option("--probe", settings.probe,
                  "the probe's executable; beside this one by default")
      ->option_text("PATH");
}

void AddLongFlag(CLI::App& command, PlanChoice& choice) {
  command.add_flag("--long", choice.long_running,
                   "also plans that take minutes (TIME_WAIT)");
}

absl::Status CheckNetns(const AuditSettings& settings) {
  if (settings.netns.empty() || !settings.via.empty()) return absl::OkStatus();
  const UniqueFd fd(open(settings.netns.c_str(), O_RDONLY | O_CLOEXEC));
  // What may not be opened is for the audit to tell: it may be right.
  if (fd.get() < 0 && errno != ENOENT && errno != ENOTDIR) {
    return absl::OkStatus();
  }
  if (fd.get() >= 0 && ioctl(fd.get(), NS_GET_NSTYPE) == CLONE_NEWNET) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--netns ", settings.netns,
      fd.get() < 0 ? ": there is no such file" : " is no network namespace",
      "; name one such as /run/netns/blue or /proc/4711/ns/net"));
}

ExitCode ExitCodeOf(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) || absl::IsUnavailable(status)
             ? ExitCode::kCouldNotTell
             : ExitCode::kOwnFault;
}

}  // namespace sockdrift
