#include "agent/guest/port.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace sockdrift {

std::optional<Port> Port::Open(const std::string& name) {
  const std::string path = "/dev/" + name;
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  termios line = {};
  if (!fd.valid() || ::tcgetattr(fd.get(), &line) != 0) return std::nullopt;
  ::cfmakeraw(&line);
  // No modem will ever say that it is there.
  line.c_cflag |= CLOCAL | CREAD;
  line.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS);
  // Emulated ports deliver the last bytes of a burst after the time of some.
  ::cfsetspeed(&line, B115200);
  if (::tcsetattr(fd.get(), TCSANOW, &line) != 0) return std::nullopt;
  return Port(std::move(fd));
}

void Port::Send(LineMessageKind kind, absl::string_view payload) {
  while (payload.size() > kLinePayload) {
    waiting_ += EncodeLineMessage(kind, payload.substr(0, kLinePayload));
    payload.remove_prefix(kLinePayload);
  }
  waiting_ += EncodeLineMessage(kind, payload);
}

void Port::SendNumber(LineMessageKind kind, uint32_t number) {
  waiting_ += EncodeLineNumber(kind, number);
}

void Port::Flush() {
  size_t done = 0;
  while (done < waiting_.size()) {
    const ssize_t size =
        ::write(fd_.get(), waiting_.data() + done, waiting_.size() - done);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    done += static_cast<size_t>(size);
  }
  waiting_.erase(0, done);
}

void Port::Finish() {
  for (;;) {
    Flush();
    if (waiting_.empty()) break;
    pollfd room = {fd_.get(), POLLOUT, 0};
    if (::poll(&room, 1, -1) < 0 && errno != EINTR) return;
    if ((room.revents & (POLLHUP | POLLERR)) != 0) return;
  }
  ::tcdrain(fd_.get());
}

bool Port::Receive() {
  char buffer[16384];
  const ssize_t size = ::read(fd_.get(), buffer, sizeof(buffer));
  if (size < 0) return errno == EINTR || errno == EAGAIN;
  reader_.Feed(absl::string_view(buffer, static_cast<size_t>(size)));
  return size > 0 && !reader_.broken();
}

}  // namespace sockdrift
