#include "boot/state_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

namespace fs = std::filesystem;

constexpr absl::string_view kPrefix = "sockdrift-guest.";

UniqueFd Open(const fs::path& folder) {
  return UniqueFd(
      ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool IsOwnAndThere(const UniqueFd& folder) {
  struct stat about = {};
  return ::fstat(folder.get(), &about) == 0 && about.st_nlink > 0 &&
         about.st_uid == ::geteuid();
}

bool Lock(const UniqueFd& folder) {
  return ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0;
}

// A lock ends with its process, however that ended.
void RemoveUnused(const fs::path& where) {
  std::error_code ignored;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(where, ignored)) {
    if (!absl::StartsWith(entry.path().filename().string(), kPrefix)) continue;
    const UniqueFd folder = Open(entry.path());
    if (IsOwnAndThere(folder) && Lock(folder)) {
      fs::remove_all(entry.path(), ignored);
    }
  }
}

}  // namespace

absl::StatusOr<StateFolder> StateFolder::Make() {
  std::error_code error;
  const fs::path where = fs::temp_directory_path(error);
  if (error) return absl::ErrnoToStatus(error.value(), "finding $TMPDIR");
  RemoveUnused(where);
  while (true) {
    std::string name = where / absl::StrCat(kPrefix, "XXXXXX");
    if (::mkdtemp(name.data()) == nullptr) {
      return absl::ErrnoToStatus(errno, absl::StrCat("making ", name));
    }
    UniqueFd folder = Open(name);
    // Where nothing can be locked nobody removes what is left either.
    const bool kept = Lock(folder) || errno != EWOULDBLOCK;
    if (kept && IsOwnAndThere(folder)) {
      return StateFolder(std::move(name), std::move(folder));
    }
    // Another process took it for one that nobody uses.
  }
}

StateFolder::~StateFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace sockdrift
