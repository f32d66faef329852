#include "lab/guest/port.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace sockdrift::lab {
namespace {

constexpr size_t kHeadSize = 5;

void AppendNumber(std::string& bytes, uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) {
    bytes.push_back(static_cast<char>(number >> shift & 0xff));
  }
}

uint32_t NumberAt(const std::string& bytes, size_t at) {
  uint32_t number = 0;
  for (size_t i = 0; i < 4; ++i) {
    number |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[at + i]))
              << (8 * i);
  }
  return number;
}

}  // namespace

bool Port::WriteAll(const void* bytes, size_t size) {
  const char* next = static_cast<const char*>(bytes);
  while (size > 0) {
    ssize_t written = write(fd_, next, size);
    if (written < 0 && errno == EAGAIN && !AwaitRoom()) return false;
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written <= 0) return false;
    next += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

bool Port::AwaitRoom() {
  pollfd wanted = {fd_, POLLOUT, 0};
  while (poll(&wanted, 1, -1) < 0 && errno == EINTR) {
  }
  errno = EAGAIN;
  return (wanted.revents & POLLHUP) == 0;
}

void Port::Greet(const std::string& release) {
  Send(Frame::kUp, release);
  // From here on a host that is not there has hung up, and a write that waits
  // for it would wait for ever.
  fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
}

bool Port::Send(Frame kind, const void* bytes, size_t size) {
  std::string head(1, static_cast<char>(kind));
  AppendNumber(head, static_cast<uint32_t>(size));
  return WriteAll(head.data(), head.size()) && WriteAll(bytes, size);
}

bool Port::TakeInput(std::string& input, bool& ended) {
  char buffer[16384];
  size_t want = left_ > 0 ? std::min<size_t>(left_, sizeof(buffer))
                          : kHeadSize - head_.size();
  ssize_t got = read(fd_, buffer, want);
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  if (got == 0) return false;
  if (left_ > 0) {
    input.append(buffer, static_cast<size_t>(got));
    left_ -= static_cast<uint32_t>(got);
    return true;
  }
  head_.append(buffer, static_cast<size_t>(got));
  if (head_.size() < kHeadSize) return true;
  if (head_[0] != static_cast<char>(Frame::kInput)) return false;
  left_ = NumberAt(head_, 1);
  ended = left_ == 0;
  head_.clear();
  return true;
}

void Port::AwaitHangUp() {
  pollfd wanted = {fd_, 0, 0};
  while (poll(&wanted, 1, -1) < 0 && errno == EINTR) {
  }
}

}  // namespace sockdrift::lab
