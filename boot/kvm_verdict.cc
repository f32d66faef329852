#include "boot/kvm_verdict.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/os/text_file.h"

namespace sockdrift {
namespace {

namespace fs = std::filesystem;

constexpr absl::string_view kFails = "fails";

// One file for each boot of this machine.
fs::path VerdictFile() {
  const std::string boot =
      ReadTextFile("/proc/sys/kernel/random/boot_id").value_or("unknown");
  return fs::path(LabCacheFolder()) / ".kvm" / boot;
}

// The kernel as it is now: a file that was built anew is another one.
std::string LineFor(const KernelPlace& kernel) {
  const std::string& path =
      kernel.package.empty() ? kernel.image : kernel.package;
  std::error_code ignored;
  return absl::StrCat(
      "works ", fs::absolute(path, ignored).string(), " ",
      fs::last_write_time(path, ignored).time_since_epoch().count());
}

}  // namespace

bool KvmOpens(Arch arch) {
  return arch == kArchHere && ::access("/dev/kvm", R_OK | W_OK) == 0;
}

std::optional<bool> KvmVerdict(const KernelPlace& kernel) {
  const absl::StatusOr<std::string> known = ReadTextFile(VerdictFile());
  if (!known.ok()) return std::nullopt;
  const std::set<std::string> lines = absl::StrSplit(*known, '\n');
  if (lines.count(std::string(kFails)) != 0) return false;
  if (lines.count(LineFor(kernel)) != 0) return true;
  return std::nullopt;
}

void NoteKvmVerdict(const KernelPlace& kernel, bool works) {
  const fs::path file = VerdictFile();
  std::error_code ignored;
  fs::create_directories(file.parent_path(), ignored);
  // Lost where the folder cannot be written: then it is tried again.
  std::ofstream(file, std::ios::app)
      << (works ? LineFor(kernel) : std::string(kFails)) << "\n";
}

}  // namespace sockdrift
