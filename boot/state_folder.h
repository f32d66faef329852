// A folder for what an emulator or a sandbox keeps of itself, gone with its
// object.
#ifndef SOCKDRIFT_BOOT_STATE_FOLDER_H_
#define SOCKDRIFT_BOOT_STATE_FOLDER_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace sockdrift {

class StateFolder {
 public:
  // In $TMPDIR, else /tmp.
  static absl::StatusOr<StateFolder> Make();
  StateFolder(StateFolder&& other) noexcept
      : path_(std::exchange(other.path_, "")) {}
  StateFolder& operator=(StateFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~StateFolder();

  const std::string& path() const { return path_; }

 private:
  explicit StateFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_STATE_FOLDER_H_
