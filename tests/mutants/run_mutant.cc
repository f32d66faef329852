#include "tests/mutants/run_mutant.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "agent/worlds/links.h"
#include "agent/worlds/sysctls.h"
#include "core/base/status_macros.h"
#include "tests/mutants/cgroup.h"
#include "tests/mutants/seccomp.h"

namespace sockdrift::mutants {
namespace {

constexpr int kCannotExecute = 127;

[[noreturn]] void Become(char** command) {
  ::execvp(command[0], command);
  const std::string text =
      absl::StrCat(command[0], ": ", std::strerror(errno), "\n");
  static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
  ::_exit(kCannotExecute);
}

int StatusOf(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

absl::Status Prepare(const Nothing&) { return absl::OkStatus(); }

absl::Status Prepare(const SysctlFlip& flip) {
  if (::unshare(CLONE_NEWNET) != 0) {
    return absl::FailedPreconditionError(
        "a network namespace cannot be made here; run it as root");
  }
  SOCKDRIFT_RETURN_IF_ERROR(SetLinkUp("lo"));
  for (const auto& [name, value] : flip.values) {
    SOCKDRIFT_RETURN_IF_ERROR(WriteSysctl(name, value));
  }
  return absl::OkStatus();
}

absl::Status Prepare(const Answer& answer) { return InstallAnswer(answer); }

// Those after which this process itself becomes the command.
template <typename How>
absl::StatusOr<int> Run(const How& how, char** command) {
  SOCKDRIFT_RETURN_IF_ERROR(Prepare(how));
  Become(command);
}

absl::StatusOr<int> Run(const Interception& interception, char** command) {
  SOCKDRIFT_ASSIGN_OR_RETURN(NotifyPair pair, NotifyPair::Make());
  const pid_t child = ::fork();
  if (child < 0) return absl::ErrnoToStatus(errno, "making a process");
  if (child == 0) {
    const absl::Status installed = pair.InstallAndSend(interception);
    if (!installed.ok()) ::_exit(kCannotExecute);
    Become(command);
  }
  SOCKDRIFT_RETURN_IF_ERROR(pair.Serve(interception, child));
  return StatusOf(child);
}

absl::StatusOr<int> Run(const CgroupProgram& program, char** command) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Cgroup cgroup, Cgroup::Make());
  SOCKDRIFT_ASSIGN_OR_RETURN(const UniqueFd link, cgroup.Attach(program));
  const pid_t child = ::fork();
  if (child < 0) return absl::ErrnoToStatus(errno, "making a process");
  if (child == 0) {
    if (!cgroup.Join().ok()) ::_exit(kCannotExecute);
    Become(command);
  }
  return StatusOf(child);
}

}  // namespace

absl::StatusOr<int> RunMutant(const Mutant& mutant, char** command) {
  return std::visit([&](const auto& how) { return Run(how, command); },
                    mutant.how);
}

}  // namespace sockdrift::mutants
