#include "boot/orphans.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "agent/os/text_file.h"

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

}  // namespace

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
