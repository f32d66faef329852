#include "boot/boot.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <map>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/facts/boot_facts.h"
#include "agent/os/unique_fd.h"
#include "boot/find_program.h"
#include "boot/guest_command.h"
#include "boot/guest_process.h"
#include "boot/gvisor.h"
#include "boot/kvm_verdict.h"
#include "boot/orphans.h"
#include "boot/relay.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

// A boot under a KVM that works takes under a second.
constexpr absl::Duration kKvmTrial = absl::Seconds(10);
constexpr int kSignalled = 128;

// The signals that end a guest, as a descriptor.
UniqueFd BlockEndingSignals() {
  sigset_t ending;
  sigemptyset(&ending);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&ending, number);
  ::sigprocmask(SIG_BLOCK, &ending, nullptr);
  return UniqueFd(::signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK));
}

// How this kernel was started, for the guest's facts.
std::string Provenance(const KernelPlace& kernel, const GuestMachine& machine) {
  std::map<std::string, std::string> facts;
  switch (kernel.kind) {
    case KernelKind::kLinux:
      facts = {{"by", "qemu"}, {"accelerator", machine.kvm ? "kvm" : "tcg"}};
      break;
    case KernelKind::kUml:
      facts = {{"by", "uml"}};
      break;
    case KernelKind::kGvisor:
      facts = {{"by", "runsc"}};
      break;
  }
  if (!kernel.package_name.empty()) facts["package"] = kernel.package_name;
  if (!kernel.package_version.empty()) {
    facts["package_version"] = kernel.package_version;
  }
  return absl::StrJoin(facts, ",", absl::PairFormatter("="));
}

std::string Seconds(absl::Duration time) {
  return absl::StrCat(absl::ToDoubleSeconds(time), " s");
}

BootResult ResultOf(const GuestEnd& end, const BootOptions& options) {
  BootResult result;
  result.release = end.release;
  switch (end.kind) {
    case GuestEnd::Kind::kExited:
      result.status = end.status;
      break;
    case GuestEnd::Kind::kNotUp:
      result.message =
          absl::StrCat("did not come up within ", Seconds(options.boot_limit));
      break;
    case GuestEnd::Kind::kWentDown:
      result.message = end.release.empty()
                           ? "did not come up: it went down while it booted"
                           : "went down before the command ended";
      break;
    case GuestEnd::Kind::kTimedOut:
      result.status = kBootTimedOut;
      result.message =
          absl::StrCat("was still running after ", Seconds(options.limit));
      break;
    case GuestEnd::Kind::kFailed:
      result.message = end.message;
      break;
    case GuestEnd::Kind::kOutputGone:
      result.message = "nobody reads the command's output any more";
      break;
    case GuestEnd::Kind::kInterrupted:
      result.status = kSignalled + end.status;
      result.message = "interrupted";
      break;
  }
  return result;
}

BootResult CannotBoot(const absl::Status& why) {
  BootResult result;
  result.message = std::string(why.message());
  return result;
}

// One kernel in machines of this process.
class Booter {
 public:
  Booter(const KernelPlace& place, KernelFiles files, GuestMemory memory,
         const BootOptions& options, int signals)
      : place_(place),
        files_(std::move(files)),
        memory_(std::move(memory)),
        options_(options),
        signals_(signals) {}

  BootResult Run() {
    const bool may_try = place_.kind == KernelKind::kLinux &&
                         options_.accelerator == Accelerator::kAuto &&
                         KvmOpens(place_.arch);
    machine_.kvm = options_.accelerator == Accelerator::kKvm;
    std::optional<bool> verdict;
    if (may_try) {
      verdict = KvmVerdict(place_);
      machine_.kvm = verdict.has_value() ? *verdict : TryKvm();
    }
    machine_.append = options_.append;
    machine_.memory_mb = options_.memory_mb;
    machine_.root = options_.root;
    machine_.network = options_.network;
    RelayFds fds;
    BootResult result = BootOnce(memory_, fds, options_.boot_limit);
    const bool ran = !result.release.empty();
    if (may_try && !verdict.has_value() && ran) {
      NoteKvmVerdict(place_, machine_.kvm);
    }
    if (may_try && machine_.kvm && result.status == kCannotBoot && ran) {
      // It was not to be relied on after all.
      NoteKvmVerdict(place_, false);
      absl::StrAppend(&result.message,
                      "; it ran under KVM, which is left alone from now on");
    }
    return result;
  }

 private:
  // Whether a command that does nothing ends well there.
  bool TryKvm() {
    machine_.kvm = true;
    machine_.append = options_.append;
    machine_.memory_mb = options_.memory_mb;
    GuestMemory nothing = memory_;
    nothing.program.clear();
    nothing.input = std::string();
    nothing.folder.clear();
    nothing.network = false;
    nothing.arguments = {"--version"};
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    RelayFds fds;
    fds.input = fds.output = fds.errors = null.get();
    return BootOnce(nothing, fds, kKvmTrial).status == 0;
  }

  BootResult BootOnce(GuestMemory memory, RelayFds fds,
                      absl::Duration boot_limit) {
    memory.environment[kBootVariable] = Provenance(place_, machine_);
    absl::StatusOr<GuestProcess> guest = GuestProcess::Start(
        place_, files_.image, MakeInitramfs(memory, files_), machine_);
    if (!guest.ok()) return CannotBoot(guest.status());
    fds.line = guest->line();
    fds.process = guest->pidfd();
    fds.signals = signals_;
    BootResult result =
        ResultOf(RelayGuest(fds, boot_limit, options_.limit), options_);
    result.kvm = machine_.kvm;
    result.last_words = guest->LastWords();
    return result;
  }

  const KernelPlace& place_;
  KernelFiles files_;
  GuestMemory memory_;
  const BootOptions& options_;
  int signals_;
  GuestMachine machine_;
};

absl::StatusOr<BootResult> UnderGvisor(const KernelPlace& kernel,
                                       std::vector<std::string> command,
                                       const BootOptions& options) {
  if (!options.append.empty()) {
    return absl::InvalidArgumentError(
        "gvisor takes no kernel parameters: leave --append out");
  }
  const std::string program = FindProgram(command.front());
  if (program.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(command.front(), ": no such program"));
  }
  command.front() = program;
  ::setenv(kBootVariable, Provenance(kernel, GuestMachine()).c_str(), 1);
  RelayFds fds;
  const UniqueFd signals = BlockEndingSignals();
  fds.signals = signals.get();
  const absl::StatusOr<GuestEnd> end =
      RunUnderGvisor(kernel, command, fds, options.limit, options.network);
  return end.ok() ? ResultOf(*end, options) : CannotBoot(end.status());
}

}  // namespace

absl::StatusOr<BootResult> RunUnderKernel(
    const KernelPlace& kernel, const std::vector<std::string>& command,
    const BootOptions& options) {
  const OrphanGuard orphans;
  if (kernel.kind == KernelKind::kGvisor) {
    return UnderGvisor(kernel, command, options);
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(GuestMemory memory,
                             GuestMemoryFor(kernel, command, options));
  absl::StatusOr<KernelFiles> files = ReadKernel(kernel, options.shares_host());
  if (!files.ok()) return CannotBoot(files.status());
  const UniqueFd signals = BlockEndingSignals();
  return Booter(kernel, *std::move(files), std::move(memory), options,
                signals.get())
      .Run();
}

}  // namespace sockdrift
