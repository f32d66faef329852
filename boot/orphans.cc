#include "boot/orphans.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <initializer_list>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "agent/os/text_file.h"
#include "boot/find_program.h"

namespace sockdrift {
namespace {

std::vector<pid_t> Children() {
  std::vector<pid_t> pids;
  const std::string text =
      ReadTextFile("/proc/thread-self/children").value_or("");
  for (const absl::string_view word :
       absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    int pid = 0;
    if (absl::SimpleAtoi(word, &pid)) pids.push_back(pid);
  }
  return pids;
}

void Add(sigset_t& set, std::initializer_list<int> numbers) {
  for (const int number : numbers) sigaddset(&set, number);
}

// Passes signals on until the child has ended.
int AwaitPassingOn(pid_t child, const sigset_t& signals) {
  for (;;) {
    siginfo_t about = {};
    const int number = ::sigwaitinfo(&signals, &about);
    if (number > 0 && number != SIGCHLD) ::kill(child, number);
    int how = 0;
    if (::waitpid(child, &how, WNOHANG) != child) continue;
    return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
  }
}

}  // namespace

std::optional<int> GoOnInChild() {
  sigset_t signals;
  sigemptyset(&signals);
  Add(signals, {SIGINT, SIGTERM, SIGHUP, SIGCHLD});
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  // What is buffered would be written twice.
  std::fflush(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child > 0) {
    const OrphanGuard orphans;
    return AwaitPassingOn(child, signals);
  }
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::kill(::getpid(), SIGTERM);
  }
  sigset_t not_ours;
  sigemptyset(&not_ours);
  sigaddset(&not_ours, SIGCHLD);
  ::sigprocmask(SIG_UNBLOCK, &not_ours, nullptr);
  return std::nullopt;
}

std::vector<std::string> EndingWithUs(std::vector<std::string> command) {
  const std::string setpriv = FindProgram("setpriv");
  if (setpriv.empty()) return command;
  std::vector<std::string> words = {setpriv, "--pdeathsig", "KILL", "--"};
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

OrphanGuard::OrphanGuard() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

OrphanGuard::~OrphanGuard() {
  // The children of a child become ours when it has ended.
  for (std::vector<pid_t> left; !(left = Children()).empty();) {
    for (const pid_t pid : left) {
      ::kill(pid, SIGKILL);
      while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }
}

}  // namespace sockdrift
