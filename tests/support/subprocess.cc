#include "tests/support/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace sockdrift::testing {
namespace {

UniqueFd MemoryFile(const char* name) {
  return UniqueFd(memfd_create(name, MFD_CLOEXEC));
}

std::string Contents(int fd) {
  struct stat status = {};
  if (fd < 0 || fstat(fd, &status) != 0) return "";
  std::string text(static_cast<size_t>(status.st_size), '\0');
  const ssize_t size = pread(fd, text.data(), text.size(), 0);
  text.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return text;
}

// The test's environment with the given variables on top. An empty value
// removes the variable.
std::vector<std::string> Environment(
    const std::map<std::string, std::string>& added) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string name(
        std::vector<std::string>(absl::StrSplit(*entry, '=')).front());
    if (added.count(name) == 0) variables.emplace_back(*entry);
  }
  for (const auto& [name, value] : added) {
    if (!value.empty()) variables.push_back(absl::StrCat(name, "=", value));
  }
  return variables;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// The two ends of a new terminal: master, slave.
std::pair<UniqueFd, UniqueFd> OpenTerminal(int columns) {
  UniqueFd master(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!master.valid() || grantpt(master.get()) != 0 ||
      unlockpt(master.get()) != 0) {
    ADD_FAILURE() << "no terminal: " << strerror(errno);
    return {};
  }
  char name[128] = {};
  ptsname_r(master.get(), name, sizeof(name));
  UniqueFd slave(open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
  struct winsize size = {};
  size.ws_col = static_cast<unsigned short>(columns);
  size.ws_row = 50;
  ioctl(slave.get(), TIOCSWINSZ, &size);
  return {std::move(master), std::move(slave)};
}

}  // namespace

Subprocess::Subprocess(std::vector<std::string> argv,
                       const SubprocessOptions& options) {
  Spawn(std::move(argv), options);
}

void Subprocess::Spawn(std::vector<std::string> argv,
                       const SubprocessOptions& options) {
  UniqueFd slave;
  out_ = MemoryFile("out");
  err_ = MemoryFile("err");
  int out = out_.get();
  int err = err_.get();
  if (options.terminal_columns > 0) {
    std::tie(terminal_, slave) = OpenTerminal(options.terminal_columns);
    out = err = slave.get();
  }
  UniqueFd file;
  if (!options.output_file.empty()) {
    file.reset(open(options.output_file.c_str(), O_WRONLY | O_CLOEXEC));
    out = file.get();
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
                                   O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  if (!options.folder.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
  }
  std::vector<std::string> environment = Environment(options.environment);
  const int error =
      posix_spawnp(&pid_, argv[0].c_str(), &actions, nullptr,
                   Pointers(argv).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    pid_ = -1;
    ADD_FAILURE() << "cannot start " << argv[0] << ": " << strerror(error);
    return;
  }
  process_.reset(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
}

Subprocess::~Subprocess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

void Subprocess::Signal(int number) const {
  if (pid_ > 0) kill(pid_, number);
}

std::string Subprocess::ErrorsSoFar() const { return Contents(err_.get()); }

void Subprocess::DrainTerminal(SubprocessEnd& end) const {
  if (!terminal_.valid()) return;
  struct pollfd readable = {terminal_.get(), POLLIN, 0};
  while (poll(&readable, 1, 0) > 0 && (readable.revents & POLLIN) != 0) {
    char buffer[4096];
    const ssize_t size = read(terminal_.get(), buffer, sizeof(buffer));
    if (size <= 0) return;
    end.out.append(buffer, static_cast<size_t>(size));
  }
}

SubprocessEnd Subprocess::Wait(absl::Duration limit) {
  SubprocessEnd end;
  if (pid_ <= 0) return end;
  const absl::Time deadline = absl::Now() + limit;
  struct pollfd watched[2] = {{process_.get(), POLLIN, 0},
                              {terminal_.get(), POLLIN, 0}};
  while ((watched[0].revents & POLLIN) == 0) {
    const auto left = absl::ToInt64Milliseconds(deadline - absl::Now());
    if (left <= 0) {
      end.timed_out = true;
      kill(pid_, SIGKILL);
      break;
    }
    poll(watched, terminal_.valid() ? 2 : 1, static_cast<int>(left));
    DrainTerminal(end);
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  DrainTerminal(end);
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  end.out += Contents(out_.get());
  end.err = Contents(err_.get());
  return end;
}

SubprocessEnd RunSubprocess(std::vector<std::string> argv,
                            const SubprocessOptions& options) {
  return Subprocess(std::move(argv), options).Wait();
}

}  // namespace sockdrift::testing
