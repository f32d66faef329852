#include "boot/guest_command.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "agent/os/memory_file.h"
#include "boot/find_program.h"
#include "boot/guest_process.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

// Of a command's input that goes into a guest's memory.
constexpr size_t kMostInput = size_t{16} << 20;

// What is left to read of a file; nullopt for what is none, or is not small.
// A guest has it at hand then, and the line, which is slow, is spared it.
std::optional<std::string> ContentOfFile(int fd) {
  struct stat about = {};
  const off_t at = ::lseek(fd, 0, SEEK_CUR);
  if (at < 0 || ::fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) ||
      about.st_size > static_cast<off_t>(kMostInput)) {
    return std::nullopt;
  }
  absl::StatusOr<std::string> content = ReadAll(fd, kMostInput);
  if (!content.ok()) return std::nullopt;
  return *std::move(content);
}

// A command of the files that the guest shares.
absl::Status AddSharedCommand(const std::string& program,
                              const BootOptions& options, GuestMemory& memory) {
  std::error_code error;
  if (!std::filesystem::is_directory(options.root, error)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--root ", options.root, " is no folder; / is all of this machine"));
  }
  const bool all = options.root == "/";
  memory.folder = all ? std::filesystem::current_path(error).string() : "/";
  memory.program_path = all ? FindProgram(program) : program;
  if (memory.program_path.empty() || memory.program_path.front() != '/') {
    return absl::InvalidArgumentError(
        absl::StrCat(program, all ? ": no such program"
                                  : ": name a program by its whole path below "
                                    "--root"));
  }
  return absl::OkStatus();
}

// A command whose program the guest's memory holds.
absl::Status AddCarriedCommand(const std::string& program, Arch arch,
                               GuestMemory& memory) {
  memory.program_path = FindProgram(program);
  if (memory.program_path.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(program, ": no such program"));
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(memory.program,
                             ReadGuestProgram(memory.program_path, arch));
  if (memory.program == memory.init) memory.program.clear();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<GuestMemory> GuestMemoryFor(
    const KernelPlace& kernel, const std::vector<std::string>& command,
    const BootOptions& options) {
  if (kernel.kind == KernelKind::kUml && options.shares_host()) {
    return absl::InvalidArgumentError(
        "user-mode Linux shares neither files nor network here: leave --root "
        "and --network out");
  }
  GuestMemory memory;
  SOCKDRIFT_ASSIGN_OR_RETURN(memory.init,
                             ReadGuestProgram(options.probe, kernel.arch));
  SOCKDRIFT_RETURN_IF_ERROR(
      options.root.empty()
          ? AddCarriedCommand(command.front(), kernel.arch, memory)
          : AddSharedCommand(command.front(), options, memory));
  memory.network = options.network;
  memory.arguments.assign(command.begin() + 1, command.end());
  memory.line = LineOf(kernel);
  // Among the host's files there is no place for it.
  if (options.root.empty()) memory.input = ContentOfFile(STDIN_FILENO);
  return memory;
}

}  // namespace sockdrift
