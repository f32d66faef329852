#include "boot/guest_process.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "agent/facts/boot_facts.h"
#include "agent/guest/guest.h"
#include "agent/os/memory_file.h"
#include "boot/find_program.h"
#include "boot/orphans.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

// What the child finds under these numbers.
constexpr int kImageFd = 3;
constexpr int kInitramfsFd = 4;
constexpr int kConsoleFd = 5;
constexpr int kLineFd = 6;

constexpr size_t kMostConsole = size_t{64} << 20;
constexpr size_t kLinesShown = 8;
constexpr size_t kColumnsShown = 200;

std::string PathOf(int fd) { return absl::StrCat("/proc/self/fd/", fd); }

// In qemu's options a comma is written twice.
std::string InOption(absl::string_view path) {
  return absl::StrReplaceAll(path, {{",", ",,"}});
}

std::vector<std::string> SharedWithGuest(const GuestMachine& machine) {
  std::vector<std::string> words;
  if (!machine.root.empty()) {
    words = {"-fsdev",
             absl::StrCat("local,id=root,path=", InOption(machine.root),
                          ",security_model=none,readonly=on,multidevs=remap"),
             "-device",
             absl::StrCat("virtio-9p-pci,fsdev=root,mount_tag=", kGuestShare)};
  }
  if (machine.network) {
    words.insert(words.end(), {"-netdev", "user,id=net,ipv6=off", "-device",
                               "virtio-net-pci,netdev=net,romfile="});
  }
  return words;
}

// Parameters that make a boot short and its output small. A panic ends the
// machine at once.
std::string Parameters(absl::string_view console, const GuestMachine& machine) {
  return absl::StrCat("console=", console,
                      " panic=-1 quiet cryptomgr.notests "
                      "rcupdate.rcu_expedited=1 ",
                      kGuestSocketTables, machine.append.empty() ? "" : " ",
                      absl::StrJoin(machine.append, " "));
}

std::vector<std::string> QemuCommand(const std::string& qemu, Arch arch,
                                     const GuestMachine& machine) {
  const bool x86 = arch == Arch::kX86_64;
  const std::string cpu = machine.kvm ? "host"
                          : x86       ? "max"
                                      : "max,pauth-impdef=on";
  std::vector<std::string> command = {
      qemu,
      "-M",
      x86 ? "pc" : "virt,gic-version=max",
      "-accel",
      machine.kvm ? "kvm" : "tcg",
      "-cpu",
      cpu,
      "-smp",
      "1",
      "-m",
      absl::StrCat(machine.memory_mb),
      "-nodefaults",
      "-no-user-config",
      "-display",
      "none",
      "-no-reboot",
      "-kernel",
      PathOf(kImageFd),
      "-initrd",
      PathOf(kInitramfsFd),
      "-append",
      Parameters(x86 ? "ttyS0" : "ttyAMA0", machine),
      "-chardev",
      absl::StrCat("file,id=console,path=", PathOf(kConsoleFd)),
      "-serial",
      "chardev:console",
      "-chardev",
      absl::StrCat("socket,id=line,fd=", kLineFd)};
  // The machine `virt` has one serial port of its own only.
  const std::vector<std::string> line =
      x86 ? std::vector<std::string>{"-serial", "chardev:line"}
          : std::vector<std::string>{"-device", "pci-serial,chardev=line"};
  command.insert(command.end(), line.begin(), line.end());
  const std::vector<std::string> shared = SharedWithGuest(machine);
  command.insert(command.end(), shared.begin(), shared.end());
  return command;
}

std::vector<std::string> UmlCommand(const KernelPlace& kernel,
                                    const GuestMachine& machine,
                                    const StateFolder& state) {
  std::vector<std::string> command = {
      kernel.image, absl::StrCat("mem=", machine.memory_mb, "M"),
      absl::StrCat("initrd=", PathOf(kInitramfsFd)), "con=null",
      absl::StrCat("con0=null,fd:", kConsoleFd), "ssl=null",
      absl::StrCat("ssl0=fd:", kLineFd),
      // Its management console's place.
      absl::StrCat("uml_dir=", state.path(), "/"), "panic=-1", "quiet",
      kGuestSocketTables};
  command.insert(command.end(), machine.append.begin(), machine.append.end());
  return command;
}

std::string ContentOf(const UniqueFd& file) {
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return "";
  return ReadAll(file.get(), kMostConsole).value_or("");
}

}  // namespace

std::string LineOf(const KernelPlace& kernel) {
  const bool second =
      kernel.kind == KernelKind::kLinux && kernel.arch == Arch::kX86_64;
  return second ? "ttyS1" : "ttyS0";
}

absl::StatusOr<std::string> FindQemu(Arch arch) {
  const std::string name = absl::StrCat("qemu-system-", ArchName(arch));
  std::string path = FindProgram(name);
  if (!path.empty()) return path;
  return absl::NotFoundError(
      absl::StrCat("booting a kernel needs ", name,
                   ", which is not on PATH; Debian has it "
                   "in qemu-system-",
                   arch == Arch::kX86_64 ? "x86" : "arm"));
}

absl::StatusOr<GuestProcess> GuestProcess::Start(const KernelPlace& kernel,
                                                 const std::string& image,
                                                 const std::string& initramfs,
                                                 const GuestMachine& machine) {
  const bool uml = kernel.kind == KernelKind::kUml;
  std::vector<std::string> command;
  std::optional<StateFolder> state;
  if (uml) {
    SOCKDRIFT_ASSIGN_OR_RETURN(state, StateFolder::Make());
    command = UmlCommand(kernel, machine, *state);
  } else {
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::string qemu, FindQemu(kernel.arch));
    command = QemuCommand(qemu, kernel.arch, machine);
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const UniqueFd image_file,
                             MakeMemoryFile(uml ? "" : image));
  SOCKDRIFT_ASSIGN_OR_RETURN(const UniqueFd memory, MakeMemoryFile(initramfs));
  SOCKDRIFT_ASSIGN_OR_RETURN(UniqueFd console, MakeMemoryFile(""));
  SOCKDRIFT_ASSIGN_OR_RETURN(UniqueFd words, MakeMemoryFile(""));
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::ErrnoToStatus(errno, "making a line to a guest");
  }
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  SOCKDRIFT_ASSIGN_OR_RETURN(
      ChildProcess child,
      ChildProcess::Start(EndingWithUs(std::move(command)),
                          {{uml ? words.get() : console.get(), STDOUT_FILENO},
                           {words.get(), STDERR_FILENO},
                           {image_file.get(), kImageFd},
                           {memory.get(), kInitramfsFd},
                           {console.get(), kConsoleFd},
                           {theirs.get(), kLineFd}}));
  return GuestProcess(std::move(state), std::move(child), std::move(ours),
                      std::move(console), std::move(words));
}

std::string GuestProcess::LastWords() const {
  const std::string text = absl::StrReplaceAll(
      absl::StrCat(ContentOf(words_), "\n", ContentOf(console_)), {{"\r", ""}});
  std::vector<absl::string_view> lines =
      absl::StrSplit(text, '\n', absl::SkipWhitespace());
  const auto panic =
      std::find_if(lines.begin(), lines.end(), [](absl::string_view line) {
        return absl::StrContains(line, "Kernel panic");
      });
  if (panic != lines.end()) {
    lines.erase(lines.begin(), panic);
    lines.resize(std::min(lines.size(), kLinesShown));
  } else if (lines.size() > kLinesShown) {
    lines.erase(lines.begin(), lines.end() - kLinesShown);
  }
  return absl::StrJoin(
      lines, "\n", [](std::string* out, absl::string_view line) {
        absl::StrAppend(out, "  ", line.substr(0, kColumnsShown));
      });
}

}  // namespace sockdrift
