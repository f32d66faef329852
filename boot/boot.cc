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
// Debian's kernels come up in that.
constexpr int kOrdinaryMemoryMb = 128;

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

BootResult ResultOf(const GuestEnd& end, absl::Duration boot_limit,
                    const BootOptions& options) {
  BootResult result;
  result.release = end.release;
  switch (end.kind) {
    case GuestEnd::Kind::kExited:
      result.status = end.status;
      break;
    case GuestEnd::Kind::kNotUp:
      result.message =
          absl::StrCat("did not come up within ", Seconds(boot_limit));
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
  result.message =
      absl::StrCat("cannot be booted: ", std::string(why.message()));
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
    machine_.append = options_.append;
    machine_.memory_mb = options_.memory_mb;
    machine_.kvm = options_.accelerator == Accelerator::kKvm;
    const bool may_try = place_.kind == KernelKind::kLinux &&
                         options_.accelerator == Accelerator::kAuto &&
                         KvmOpens(place_.arch);
    return may_try ? RunWhereItWorks() : BootForCommand();
  }

 private:
  // KVM where it is known to work or does so in a trial, else emulation.
  BootResult RunWhereItWorks() {
    const std::optional<bool> verdict = KvmVerdict(place_);
    if (verdict == false) return BootForCommand();
    const std::string trouble = verdict.has_value() ? "" : TroubleInKvm();
    if (!trouble.empty()) return RunEmulated(trouble);
    machine_.kvm = true;
    BootResult result = BootForCommand();
    if (result.status != kCannotBoot) {
      if (!verdict.has_value()) NoteKvmVerdict(place_, true);
      return result;
    }
    // The command had begun, and may not be run twice.
    if (!result.release.empty()) {
      NoteKvmVerdict(place_, false);
      absl::StrAppend(&result.message,
                      "; it ran under KVM, which is left alone from now on");
      return result;
    }
    return RunEmulated(result.message);
  }

  // After `trouble` in KVM, which is KVM's own where the kernel runs without.
  BootResult RunEmulated(absl::string_view trouble) {
    machine_.kvm = false;
    BootResult result = BootForCommand();
    if (result.release.empty()) return result;
    NoteKvmVerdict(place_, false);
    result.note = absl::StrCat("is emulated: under this machine's KVM it ",
                               trouble, "; KVM is left alone from now on");
    return result;
  }

  BootResult BootForCommand() {
    machine_.root = options_.root;
    machine_.network = options_.network;
    return BootOnce(memory_, RelayFds(), options_.boot_limit);
  }

  // Of a command that does nothing; empty where it ends well there.
  std::string TroubleInKvm() {
    machine_.kvm = true;
    GuestMemory nothing = memory_;
    nothing.program.clear();
    nothing.input = std::string();
    nothing.folder.clear();
    nothing.network = false;
    nothing.arguments = {"--version"};
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    RelayFds fds;
    fds.input = fds.output = fds.errors = null.get();
    const BootResult result = BootOnce(nothing, fds, kKvmTrial);
    if (result.status == 0) return "";
    return result.message.empty() ? "ran the probe wrongly" : result.message;
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
    BootResult result = ResultOf(RelayGuest(fds, boot_limit, options_.limit),
                                 boot_limit, options_);
    result.kvm = machine_.kvm;
    result.last_words = guest->LastWords();
    if (result.status != kCannotBoot || !result.release.empty()) return result;
    if (result.last_words.empty()) result.message += ", without a word";
    if (machine_.memory_mb < kOrdinaryMemoryMb) {
      absl::StrAppend(&result.message, "; --memory ", machine_.memory_mb,
                      " may be too little for it");
    }
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
  return end.ok() ? ResultOf(*end, options.boot_limit, options)
                  : CannotBoot(end.status());
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
