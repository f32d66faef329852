// A folder for what an emulator or a sandbox keeps of itself, gone with its
// object. What is left of a process that was killed goes when the next one is
// made.
#ifndef SOCKDRIFT_BOOT_STATE_FOLDER_H_
#define SOCKDRIFT_BOOT_STATE_FOLDER_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {

class StateFolder {
 public:
  // In $TMPDIR, else /tmp.
  static absl::StatusOr<StateFolder> Make();
  StateFolder(StateFolder&& other) noexcept
      : path_(std::exchange(other.path_, "")), lock_(std::move(other.lock_)) {}
  StateFolder& operator=(StateFolder&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(lock_, other.lock_);
    return *this;
  }
  ~StateFolder();

  const std::string& path() const { return path_; }

 private:
  StateFolder(std::string path, UniqueFd lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}
  std::string path_;
  UniqueFd lock_;  // of the folder: somebody uses it
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_STATE_FOLDER_H_
