#include "lab/guest/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "agent/os/unique_fd.h"

namespace sockdrift::lab {
namespace {

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

bool Open(Pipe& made) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  made.read_end.reset(ends[0]);
  made.write_end.reset(ends[1]);
  return true;
}

void DoNotBlock(const UniqueFd& fd) {
  fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

class Session {
 public:
  Session(Port& port) : port_(port) {}

  bool Start(const std::vector<std::string>& arguments) {
    if (!Open(input_) || !Open(output_) || !Open(errors_)) return false;
    child_ = fork();
    if (child_ == 0) BecomeCommand(arguments);
    input_.read_end.reset();
    output_.write_end.reset();
    errors_.write_end.reset();
    DoNotBlock(input_.write_end);
    DoNotBlock(output_.read_end);
    DoNotBlock(errors_.read_end);
    return child_ > 0;
  }

  void Relay() {
    sigset_t child_ended;
    sigemptyset(&child_ended);
    sigaddset(&child_ended, SIGCHLD);
    UniqueFd signals(signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK));
    while (!ended_) {
      // Input is taken only when the last of it has been passed on: the host
      // is held back by the command and by nothing else.
      bool take = pending_.empty() && !input_over_;
      pollfd wanted[] = {
          {port_.fd(), static_cast<short>(take ? POLLIN : 0), 0},
          {pending_.empty() ? -1 : input_.write_end.get(), POLLOUT, 0},
          {output_.read_end.get(), POLLIN, 0},
          {errors_.read_end.get(), POLLIN, 0},
          {signals.get(), POLLIN, 0}};
      if (poll(wanted, 5, -1) < 0 && errno != EINTR) return;
      // Who booted the guest is gone: so is its purpose.
      if ((wanted[0].revents & POLLHUP) != 0) return;
      if ((wanted[0].revents & POLLIN) != 0) TakeInput();
      if (wanted[1].revents != 0) PassInput();
      if (wanted[2].revents != 0) Carry(output_.read_end, Frame::kOutput);
      if (wanted[3].revents != 0) Carry(errors_.read_end, Frame::kErrors);
      if (wanted[4].revents != 0) Reap(signals);
    }
    Carry(output_.read_end, Frame::kOutput);
    Carry(errors_.read_end, Frame::kErrors);
  }

  uint32_t status() const { return status_; }

 private:
  [[noreturn]] void BecomeCommand(const std::vector<std::string>& arguments) {
    dup2(input_.read_end.get(), STDIN_FILENO);
    dup2(output_.write_end.get(), STDOUT_FILENO);
    dup2(errors_.write_end.get(), STDERR_FILENO);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    setsid();
    std::vector<char*> pointers;
    for (const std::string& argument : arguments) {
      pointers.push_back(const_cast<char*>(argument.c_str()));
    }
    pointers.push_back(nullptr);
    execv(pointers[0], pointers.data());
    const char* why = strerror(errno);
    dprintf(STDERR_FILENO, "%s: %s\n", pointers[0], why);
    _exit(errno == ENOENT ? 127 : 126);
  }

  void TakeInput() {
    bool over = false;
    if (!port_.TakeInput(pending_, over)) over = true;
    if (!over) return;
    input_over_ = true;
    if (pending_.empty()) input_.write_end.reset();
  }

  void PassInput() {
    ssize_t passed =
        write(input_.write_end.get(), pending_.data(), pending_.size());
    if (passed > 0) {
      pending_.erase(0, static_cast<size_t>(passed));
    } else if (errno != EAGAIN && errno != EINTR) {
      // The command reads no more: what is left is nobody's.
      pending_.clear();
      input_over_ = true;
      input_.write_end.reset();
    }
  }

  // Sends all that is there now.
  void Carry(UniqueFd& from, Frame kind) {
    char buffer[32768];
    while (from.valid()) {
      ssize_t got = read(from.get(), buffer, sizeof(buffer));
      if (got > 0) {
        port_.Send(kind, buffer, static_cast<size_t>(got));
      } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        from.reset();
      } else if (errno == EAGAIN) {
        return;
      }
    }
  }

  void Reap(const UniqueFd& signals) {
    signalfd_siginfo unused;
    while (read(signals.get(), &unused, sizeof(unused)) > 0) {
    }
    int how = 0;
    for (pid_t pid; (pid = waitpid(-1, &how, WNOHANG)) > 0;) {
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

void RunCommand(const std::vector<std::string>& arguments, Port& port) {
  Session session(port);
  if (!session.Start(arguments)) {
    port.Send(Frame::kFailed, std::string("fork: ") + strerror(errno));
    return;
  }
  session.Relay();
  uint32_t status = session.status();
  unsigned char bytes[4];
  for (int i = 0; i < 4; ++i) {
    bytes[i] = static_cast<unsigned char>(status >> (8 * i));
  }
  port.Send(Frame::kExit, bytes, sizeof(bytes));
}

}  // namespace sockdrift::lab
