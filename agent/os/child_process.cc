#include "agent/os/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

// Above every number that a descriptor gets in a child, so that no dup2
// overwrites one that is still to be passed.
constexpr int kAside = 64;

class SpawnActions {
 public:
  SpawnActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

class SpawnAttributes {
 public:
  SpawnAttributes() {
    ::posix_spawnattr_init(&attributes_);
    // Whatever the caller's threads block or ignore is not the child's.
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP |
                                                 POSIX_SPAWN_SETSIGMASK |
                                                 POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  posix_spawnattr_t* get() { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

bool IsPassed(const std::vector<PassedFd>& passed, int to) {
  return std::any_of(passed.begin(), passed.end(),
                     [to](const PassedFd& fd) { return fd.to == to; });
}

}  // namespace

absl::StatusOr<ChildProcess> ChildProcess::Start(
    const std::vector<std::string>& argv, const std::vector<PassedFd>& passed) {
  SpawnActions actions;
  std::vector<UniqueFd> aside;
  int last = STDERR_FILENO;
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO}) {
    if (IsPassed(passed, standard)) continue;
    ::posix_spawn_file_actions_addopen(actions.get(), standard, "/dev/null",
                                       O_RDWR, 0);
  }
  for (const PassedFd& fd : passed) {
    aside.emplace_back(::fcntl(fd.from, F_DUPFD_CLOEXEC, kAside));
    if (!aside.back().valid()) {
      return absl::ErrnoToStatus(errno, "passing a descriptor to a child");
    }
    ::posix_spawn_file_actions_adddup2(actions.get(), aside.back().get(),
                                       fd.to);
    last = std::max(last, fd.to);
  }
  ::posix_spawn_file_actions_addclosefrom_np(actions.get(), last + 1);

  std::vector<char*> words;
  for (const std::string& word : argv) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  SpawnAttributes attributes;
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, words[0], actions.get(),
                                   attributes.get(), words.data(), environ);
  if (error != 0) {
    return absl::ErrnoToStatus(error, absl::StrCat("starting ", argv[0]));
  }
  // The child cannot be reaped by another meanwhile: its pid is still its own.
  absl::StatusOr<ChildWatch> watch = ChildWatch::Start(pid);
  if (!watch.ok()) {
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return watch.status();
  }
  return ChildProcess(pid, *std::move(watch));
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      watch_(std::move(other.watch_)),
      end_(other.end_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(watch_, other.watch_);
  std::swap(end_, other.end_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0 || end_.has_value()) return;
  Kill();
  Wait(0);
}

std::optional<ChildEnd> ChildProcess::Ended() { return Wait(WNOHANG); }

ChildEnd ChildProcess::Await() { return Wait(0).value_or(ChildEnd{}); }

void ChildProcess::Terminate() {
  if (!end_.has_value()) ::kill(-pid_, SIGTERM);
}

void ChildProcess::Kill() {
  if (!end_.has_value()) ::kill(-pid_, SIGKILL);
}

std::optional<ChildEnd> ChildProcess::Wait(int flags) {
  if (end_.has_value()) return end_;
  const auto id = static_cast<id_t>(pid_);
  siginfo_t info = {};
  int result;
  do {
    result = ::waitid(P_PID, id, &info, WEXITED | WNOWAIT | flags);
  } while (result != 0 && errno == EINTR);
  if (result != 0 || info.si_pid != pid_) return std::nullopt;
  // Before it is reaped, its group's number is nobody else's.
  ::kill(-pid_, SIGKILL);
  watch_.Finish();
  ::waitid(P_PID, id, &info, WEXITED);
  end_ = info.si_code == CLD_EXITED ? ChildEnd{0, info.si_status}
                                    : ChildEnd{info.si_status, 0};
  return end_;
}

}  // namespace sockdrift
