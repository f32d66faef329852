// What waits to be written to a descriptor that may block, such as this
// process's standard output.
#ifndef SOCKDRIFT_BOOT_OUTLET_H_
#define SOCKDRIFT_BOOT_OUTLET_H_

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "absl/strings/string_view.h"

namespace sockdrift {

class Outlet {
 public:
  explicit Outlet(int fd) : fd_(fd) {}

  // To poll for room; -1 when nothing waits.
  int wanted_fd() const { return waiting_.empty() ? -1 : fd_; }
  size_t waiting() const { return waiting_.size(); }
  void Add(absl::string_view bytes) {
    waiting_.append(bytes.data(), bytes.size());
  }
  void Forget() { waiting_.clear(); }
  // When there is room. False when nobody reads any more.
  bool Write() {
    const ssize_t size =
        ::write(fd_, waiting_.data(), std::min(waiting_.size(), kSureWrite));
    if (size < 0) return errno == EINTR || errno == EAGAIN;
    waiting_.erase(0, static_cast<size_t>(size));
    return true;
  }

 private:
  // A pipe with room takes so many bytes at once (PIPE_BUF).
  static constexpr size_t kSureWrite = 4096;

  int fd_;
  std::string waiting_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_OUTLET_H_
