#include "agent/guest/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/statusor.h"
#include "agent/os/pipe.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {
namespace {

constexpr size_t kMostWaiting = 65536;
// More than a pipe of the command's own holds.
constexpr size_t kMostAfterItsEnd = size_t{4} << 20;

class Session {
 public:
  explicit Session(Port& port) : port_(port) {}

  // False, with errno, where it cannot.
  bool Start(const std::vector<std::string>& arguments,
             const char* input_file) {
    if (!Make(input_) || !Make(output_) || !Make(errors_)) return false;
    UniqueFd file(::open(input_file, O_RDONLY | O_CLOEXEC));
    if (file.valid()) {
      // Not of a pipe any more: what may come over the line is nobody's.
      input_.read = std::move(file);
      input_.write.reset();
    }
    child_ = ::fork();
    if (child_ == 0) BecomeCommand(arguments);
    input_.read.reset();
    output_.write.reset();
    errors_.write.reset();
    if (input_.write.valid()) {
      ::fcntl(input_.write.get(), F_SETFL, O_NONBLOCK);
    }
    return child_ > 0;
  }

  void Relay() {
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    const UniqueFd signals(
        ::signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK));
    while (!ended_) {
      // Who writes faster than the line carries is held back by it.
      const bool room = port_.waiting() < kMostWaiting;
      pollfd wanted[] = {
          {port_.fd(),
           static_cast<short>(port_.waiting() > 0 ? POLLIN | POLLOUT : POLLIN),
           0},
          {pending_.empty() ? -1 : input_.write.get(), POLLOUT, 0},
          {room ? output_.read.get() : -1, POLLIN, 0},
          {room ? errors_.read.get() : -1, POLLIN, 0},
          {signals.get(), POLLIN, 0}};
      if (::poll(wanted, 5, -1) < 0 && errno != EINTR) return;
      if ((wanted[0].revents & (POLLHUP | POLLERR)) != 0) return;
      if ((wanted[0].revents & POLLIN) != 0 && !TakeInput()) return;
      if (wanted[1].revents != 0) PassInput();
      if (wanted[2].revents != 0) {
        Carry(output_.read, LineMessageKind::kOutput, kLinePayload);
      }
      if (wanted[3].revents != 0) {
        Carry(errors_.read, LineMessageKind::kErrors, kLinePayload);
      }
      if (wanted[4].revents != 0) Reap(signals);
      port_.Flush();
    }
    // What the command wrote last; a child that it left may write on for ever.
    Carry(output_.read, LineMessageKind::kOutput, kMostAfterItsEnd);
    Carry(errors_.read, LineMessageKind::kErrors, kMostAfterItsEnd);
    port_.SendNumber(LineMessageKind::kExit, status_);
  }

 private:
  static bool Make(Pipe& pipe) {
    absl::StatusOr<Pipe> made = MakePipe();
    if (made.ok()) pipe = *std::move(made);
    return made.ok();
  }

  [[noreturn]] void BecomeCommand(const std::vector<std::string>& arguments) {
    // Of a pipe made here the reading end does not block, which is not for the
    // command to find out.
    ::fcntl(input_.read.get(), F_SETFL, 0);
    ::dup2(input_.read.get(), STDIN_FILENO);
    ::dup2(output_.write.get(), STDOUT_FILENO);
    ::dup2(errors_.write.get(), STDERR_FILENO);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::setsid();
    std::vector<char*> pointers;
    for (const std::string& argument : arguments) {
      pointers.push_back(const_cast<char*>(argument.c_str()));
    }
    pointers.push_back(nullptr);
    ::execv(pointers[0], pointers.data());
    const int why = errno;
    ::dprintf(STDERR_FILENO, "%s: %s\n", pointers[0], std::strerror(why));
    ::_exit(why == ENOENT ? 127 : 126);
  }

  bool TakeInput() {
    if (!port_.Receive()) return false;
    while (std::optional<LineMessage> message = port_.Next()) {
      if (message->kind != LineMessageKind::kInput) return false;
      input_over_ = input_over_ || message->payload.empty();
      pending_ += message->payload;
    }
    PassInput();
    return true;
  }

  void PassInput() {
    size_t taken = pending_.size();
    if (input_.write.valid() && !pending_.empty()) {
      const ssize_t passed =
          ::write(input_.write.get(), pending_.data(), pending_.size());
      if (passed >= 0) {
        taken = static_cast<size_t>(passed);
      } else if (errno == EAGAIN || errno == EINTR) {
        taken = 0;
      } else {
        // The command reads no more: what is left is nobody's.
        input_.write.reset();
      }
    }
    if (taken > 0) {
      pending_.erase(0, taken);
      port_.SendNumber(LineMessageKind::kTaken, static_cast<uint32_t>(taken));
    }
    if (input_over_ && pending_.empty()) input_.write.reset();
  }

  // Sends what is there now, up to about `most` bytes.
  void Carry(UniqueFd& from, LineMessageKind kind, size_t most) {
    char buffer[kLinePayload];
    for (size_t sent = 0; from.valid() && sent < most;) {
      const ssize_t size = ::read(from.get(), buffer, sizeof(buffer));
      if (size > 0) {
        sent += static_cast<size_t>(size);
        port_.Send(kind, absl::string_view(buffer, static_cast<size_t>(size)));
      } else if (size == 0 || errno != EINTR) {
        if (size == 0 || errno != EAGAIN) from.reset();
        return;
      }
    }
  }

  void Reap(const UniqueFd& signals) {
    signalfd_siginfo unused;
    while (::read(signals.get(), &unused, sizeof(unused)) > 0) {
    }
    int how = 0;
    for (pid_t pid; (pid = ::waitpid(-1, &how, WNOHANG)) > 0;) {
      if (pid != child_) continue;
      ended_ = true;
      status_ = static_cast<uint32_t>(WIFEXITED(how) ? WEXITSTATUS(how)
                                                     : 128 + WTERMSIG(how));
    }
  }

  Port& port_;
  Pipe input_, output_, errors_;
  pid_t child_ = -1;
  std::string pending_;  // input that the command has not taken yet
  bool input_over_ = false;
  bool ended_ = false;
  uint32_t status_ = 0;
};

}  // namespace

void RunCommand(const std::vector<std::string>& arguments,
                const char* input_file, Port& port) {
  Session session(port);
  if (session.Start(arguments, input_file)) {
    session.Relay();
  } else {
    port.Send(LineMessageKind::kFailed,
              std::string("making a process: ") + std::strerror(errno));
  }
  port.Finish();
}

}  // namespace sockdrift
