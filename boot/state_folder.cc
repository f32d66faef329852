#include "boot/state_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace sockdrift {

absl::StatusOr<StateFolder> StateFolder::Make() {
  std::error_code error;
  std::string name =
      std::filesystem::temp_directory_path(error) / "sockdrift-boot.XXXXXX";
  if (error || ::mkdtemp(name.data()) == nullptr) {
    return absl::ErrnoToStatus(errno, absl::StrCat("making ", name));
  }
  return StateFolder(std::move(name));
}

StateFolder::~StateFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace sockdrift
