#ifndef SOCKDRIFT_CONTROLLER_STORE_DIRECTORY_LOCK_H_
#define SOCKDRIFT_CONTROLLER_STORE_DIRECTORY_LOCK_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace sockdrift {

// The right to be the only process that uses a directory, until it is
// destroyed or the process ends, however it ends.
class DirectoryLock {
 public:
  // Makes the directory (mode 0700) where it is missing. FAILED_PRECONDITION
  // when another process has it.
  static absl::StatusOr<DirectoryLock> Take(const std::string& directory);

  DirectoryLock(DirectoryLock&& other) : fd_(std::exchange(other.fd_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_STORE_DIRECTORY_LOCK_H_
