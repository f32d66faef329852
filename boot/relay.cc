#include "boot/relay.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/string_view.h"
#include "agent/guest/line_message.h"
#include "boot/outlet.h"

namespace sockdrift {
namespace {

using Clock = std::chrono::steady_clock;

// The guest is held back while so much waits for a reader of ours.
constexpr size_t kMostWaiting = 65536;

class Relay {
 public:
  Relay(const RelayFds& fds, absl::Duration limit)
      : fds_(fds), limit_(limit), output_(fds.output), errors_(fds.errors) {}

  GuestEnd Run(absl::Duration boot_limit) && {
    deadline_ = Clock::now() + absl::ToChronoNanoseconds(boot_limit);
    while (!over_ || output_.waiting() + errors_.waiting() > 0) Step();
    return std::move(end_);
  }

 private:
  void Step() {
    const bool room = output_.waiting() + errors_.waiting() < kMostWaiting;
    const bool take =
        up_ && !input_over_ && to_guest_.empty() && under_way_ < kLineWindow;
    const bool talk = !over_ && !line_over_;
    const short line = static_cast<short>((room ? POLLIN : 0) |
                                          (to_guest_.empty() ? 0 : POLLOUT));
    pollfd ready[] = {{talk ? fds_.line : -1, line, 0},
                      {talk && take ? fds_.input : -1, POLLIN, 0},
                      {fds_.output, Wanted(output_), 0},
                      {errors_.wanted_fd(), POLLOUT, 0},
                      {over_ ? -1 : fds_.process, POLLIN, 0},
                      {fds_.signals, POLLIN, 0}};
    if (::poll(ready, 6, Patience()) < 0 && errno != EINTR) {
      return End(GuestEnd::Kind::kWentDown);
    }
    if (ready[5].revents != 0) return Interrupt();
    // Who reads the output may go away while there is none.
    if ((ready[2].revents & POLLERR) != 0) return LoseOutput();
    if (ready[2].revents != 0 && !output_.Write()) return LoseOutput();
    if (ready[3].revents != 0 && !errors_.Write()) return LoseOutput();
    if ((ready[0].revents & POLLOUT) != 0) GiveInput();
    if ((ready[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0) TakeLine();
    if (ready[1].revents != 0) TakeInput();
    if (ready[4].revents != 0 || line_over_) Drain();
    if (!over_ && Clock::now() >= deadline_) {
      End(up_ ? GuestEnd::Kind::kTimedOut : GuestEnd::Kind::kNotUp);
    }
  }

  static short Wanted(const Outlet& outlet) {
    return outlet.waiting() > 0 ? POLLOUT : 0;
  }

  int Patience() const {
    if (over_) return -1;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 3'600'000));
  }

  void End(GuestEnd::Kind kind, int status = 0) {
    if (over_) return;
    over_ = true;
    end_.kind = kind;
    end_.status = status;
  }

  void Interrupt() {
    signalfd_siginfo signal = {};
    const ssize_t size = ::read(fds_.signals, &signal, sizeof(signal));
    // Nobody waits any more for what was written.
    output_.Forget();
    errors_.Forget();
    over_ = false;
    End(GuestEnd::Kind::kInterrupted,
        size == sizeof(signal) ? static_cast<int>(signal.ssi_signo) : 0);
  }

  void LoseOutput() {
    output_.Forget();
    errors_.Forget();
    over_ = false;
    End(GuestEnd::Kind::kOutputGone);
  }

  // The guest has ended: what it said before is still to be read.
  void Drain() {
    while (!over_ && !line_over_) {
      pollfd ready = {fds_.line, POLLIN, 0};
      if (::poll(&ready, 1, 0) <= 0) break;
      TakeLine();
    }
    End(GuestEnd::Kind::kWentDown);
  }

  void TakeLine() {
    char buffer[65536];
    const ssize_t size =
        ::recv(fds_.line, buffer, sizeof(buffer), MSG_DONTWAIT);
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (size <= 0) {
      line_over_ = true;
      return;
    }
    reader_.Feed(absl::string_view(buffer, static_cast<size_t>(size)));
    while (std::optional<LineMessage> message = reader_.Next()) Take(*message);
    if (reader_.broken()) {
      end_.message = "the line to the guest carried what the guest never sends";
      End(GuestEnd::Kind::kFailed);
    }
  }

  void Take(const LineMessage& message) {
    const std::optional<uint32_t> number = LineNumberOf(message.payload);
    switch (message.kind) {
      case LineMessageKind::kUp:
        up_ = true;
        end_.release = message.payload;
        deadline_ = Clock::now() + absl::ToChronoNanoseconds(limit_);
        return;
      case LineMessageKind::kTaken:
        under_way_ -= std::min<size_t>(under_way_, number.value_or(0));
        return;
      case LineMessageKind::kOutput:
        output_.Add(message.payload);
        return;
      case LineMessageKind::kErrors:
        errors_.Add(message.payload);
        return;
      case LineMessageKind::kExit:
        End(GuestEnd::Kind::kExited, static_cast<int>(number.value_or(0)));
        return;
      case LineMessageKind::kFailed:
      case LineMessageKind::kInput:
        end_.message = message.payload;
        End(GuestEnd::Kind::kFailed);
        return;
    }
  }

  void TakeInput() {
    char buffer[kLineWindow];
    const ssize_t size = ::read(fds_.input, buffer, kLineWindow - under_way_);
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) return;
    const absl::string_view bytes(buffer,
                                  size > 0 ? static_cast<size_t>(size) : 0);
    input_over_ = bytes.empty();
    under_way_ += bytes.size();
    to_guest_ += EncodeLineMessage(LineMessageKind::kInput, bytes);
  }

  void GiveInput() {
    const ssize_t size = ::send(fds_.line, to_guest_.data(), to_guest_.size(),
                                MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size > 0) to_guest_.erase(0, static_cast<size_t>(size));
    if (size < 0 && errno != EINTR && errno != EAGAIN) line_over_ = true;
  }

  const RelayFds& fds_;
  absl::Duration limit_;
  Clock::time_point deadline_;
  Outlet output_;
  Outlet errors_;
  LineReader reader_;
  std::string to_guest_;
  size_t under_way_ = 0;  // input that the command has not taken yet
  bool up_ = false;
  bool input_over_ = false;
  bool line_over_ = false;
  bool over_ = false;
  GuestEnd end_;
};

}  // namespace

GuestEnd RelayGuest(const RelayFds& fds, absl::Duration boot_limit,
                    absl::Duration limit) {
  return Relay(fds, limit).Run(boot_limit);
}

}  // namespace sockdrift
