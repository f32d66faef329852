#include "boot/guest_memory.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/guest/guest.h"
#include "agent/os/memory_file.h"
#include "agent/os/unique_fd.h"
#include "boot/elf_file.h"
#include "boot/initramfs.h"

namespace sockdrift {
namespace {

constexpr size_t kMostProgram = size_t{256} << 20;
constexpr uint32_t kConsoleMajor = 5;
constexpr uint32_t kConsoleMinor = 1;

void AddText(std::string& texts, absl::string_view text) {
  absl::StrAppend(&texts, text, absl::string_view("\0", 1));
}

}  // namespace

absl::StatusOr<std::string> ReadGuestProgram(const std::string& path,
                                             Arch arch) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": ", std::strerror(errno)));
  }
  const absl::StatusOr<std::string> bytes = ReadAll(fd.get(), kMostProgram);
  if (!bytes.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": ", bytes.status().message()));
  }
  const std::optional<ElfFile> elf = ReadElf(*bytes);
  if (!elf.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, " is no program; a guest holds nothing that could interpret it"));
  }
  if (elf->arch != arch) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is no program of ", ArchName(arch),
                     ", which the kernel is of; build it for that"));
  }
  if (elf->needs_loader) {
    return absl::InvalidArgumentError(
        absl::StrCat(path,
                     " is linked dynamically; a guest holds no libraries, so "
                     "link it with -static"));
  }
  return LoadedPart(*bytes);
}

std::string MakeInitramfs(const GuestMemory& memory,
                          const KernelFiles& kernel) {
  Initramfs image;
  // The console is where the kernel points the first process's output.
  image.CharacterDevice("/dev/console", kConsoleMajor, kConsoleMinor);
  image.File("/init", memory.init, 0755);
  std::string inside = memory.folder.empty() ? "/init" : memory.program_path;
  if (!memory.program.empty()) {
    // Not under its own path: the guest mounts memory over some.
    inside = absl::StrCat(
        "/guest/bin/",
        memory.program_path.substr(memory.program_path.rfind('/') + 1));
    image.File(inside, memory.program, 0755);
  }
  std::string command;
  AddText(command, inside);
  for (const std::string& argument : memory.arguments) {
    AddText(command, argument);
  }
  image.File(kGuestCommand, command);
  std::string environment;
  for (const auto& [name, value] : memory.environment) {
    AddText(environment, absl::StrCat(name, "=", value));
  }
  image.File(kGuestEnvironment, environment);
  if (memory.input.has_value()) image.File(kGuestInput, *memory.input);
  image.File(kGuestLine, memory.line);
  if (!memory.folder.empty()) image.File(kGuestFolder, memory.folder);
  if (memory.network) image.File(kGuestNetwork, "");
  image.Folder(kGuestModules);
  for (size_t i = 0; i < kernel.modules.size(); ++i) {
    image.File(absl::StrFormat("%s/%02d-%s.ko", kGuestModules, i,
                               kernel.modules[i].name),
               kernel.modules[i].content);
  }
  if (!kernel.config.empty() && !kernel.release.empty()) {
    image.File(absl::StrCat("/boot/config-", kernel.release), kernel.config);
  }
  for (const absl::string_view folder :
       {"/proc", "/sys", "/tmp", "/run", "/etc"}) {
    image.Folder(folder);
  }
  return std::move(image).Take();
}

}  // namespace sockdrift
