// A file descriptor with one owner.
#ifndef SOCKDRIFT_AGENT_OS_UNIQUE_FD_H_
#define SOCKDRIFT_AGENT_OS_UNIQUE_FD_H_

#include <unistd.h>

#include <utility>

namespace sockdrift {

// Closes what it holds when it ends. -1 is "none". close(2) is not tried again
// after EINTR: on Linux the descriptor is gone by then.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

  // Gives the descriptor up without closing it.
  int release() { return std::exchange(fd_, -1); }
  // Closes the present one and takes `fd`.
  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

 private:
  int fd_ = -1;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_OS_UNIQUE_FD_H_
