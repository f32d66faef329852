#include "boot/decompress.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/os/child_process.h"
#include "agent/os/memory_file.h"
#include "agent/os/unique_fd.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

constexpr size_t kMostBytes = size_t{1} << 30;

struct Packer {
  absl::string_view magic;
  std::vector<std::string> command;
};

const std::vector<Packer>& Packers() {
  static const std::vector<Packer>* packers = new std::vector<Packer>{
      {absl::string_view("\x1f\x8b", 2), {"gzip", "-dcq"}},
      {absl::string_view("\xfd"
                         "7zXZ\0",
                         6),
       {"xz", "--single-stream", "-dcq"}},
      {absl::string_view("\x28\xb5\x2f\xfd", 4), {"zstd", "-dcq"}},
      {absl::string_view("\x02\x21\x4c\x18", 4), {"lz4", "-dcq"}},
      {absl::string_view("\x04\x22\x4d\x18", 4), {"lz4", "-dcq"}},
      {absl::string_view("BZh", 3), {"bzip2", "-dcq"}},
      {absl::string_view("\x5d\0\0", 3), {"xz", "--format=lzma", "-dcq"}},
  };
  return *packers;
}

}  // namespace

absl::StatusOr<std::string> Filter(const std::vector<std::string>& command,
                                   absl::string_view input) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const UniqueFd in, MakeMemoryFile(input));
  SOCKDRIFT_ASSIGN_OR_RETURN(const UniqueFd out, MakeMemoryFile(""));
  const UniqueFd nothing(::memfd_create("sockdrift", MFD_CLOEXEC));
  absl::StatusOr<ChildProcess> child =
      ChildProcess::Start(command, {{in.get(), STDIN_FILENO},
                                    {out.get(), STDOUT_FILENO},
                                    {nothing.get(), STDERR_FILENO}});
  if (!child.ok()) {
    return absl::NotFoundError(
        absl::StrCat("it is packed by ", command.front(),
                     ", which is not to be had here: install it"));
  }
  child->Await();
  if (::lseek(out.get(), 0, SEEK_SET) != 0) {
    return absl::ErrnoToStatus(errno, "reading what was unpacked");
  }
  return ReadAll(out.get(), kMostBytes);
}

absl::StatusOr<std::string> Decompress(absl::string_view bytes) {
  for (const Packer& packer : Packers()) {
    if (absl::StartsWith(bytes, packer.magic)) {
      return Filter(packer.command, bytes);
    }
  }
  return std::string(bytes);
}

}  // namespace sockdrift
