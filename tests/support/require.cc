#include "tests/support/require.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace sockdrift::testing {
namespace {

// The errno that a child gets from unshare(flags), as uid `as` where that is
// not our own; 0 when it works.
int TryUnshare(int flags, uid_t as) {
  const pid_t child = fork();
  if (child == 0) {
    if (as != geteuid() && setresuid(as, as, as) != 0) _exit(errno);
    _exit(unshare(flags) == 0 ? 0 : errno);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}

bool OnPath(absl::string_view program) {
  const char* path = std::getenv("PATH");
  for (absl::string_view folder : absl::StrSplit(path ? path : "", ':')) {
    if (access(absl::StrCat(folder, "/", program).c_str(), X_OK) == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string WhyMissing(absl::string_view need) {
  if (need == "root") return geteuid() == 0 ? "" : "not started as root";
  if (need == "netns") {
    int error = TryUnshare(CLONE_NEWNET, geteuid());
    if (error != 0) error = TryUnshare(CLONE_NEWUSER | CLONE_NEWNET, geteuid());
    return error == 0 ? "" : absl::StrCat("unshare: ", std::strerror(error));
  }
  if (need == "userns") {
    const uid_t as = geteuid() == 0 ? 65534 : geteuid();
    const int error = TryUnshare(CLONE_NEWUSER | CLONE_NEWNET, as);
    return error == 0 ? "" : absl::StrCat("unshare: ", std::strerror(error));
  }
  if (need == "mounts") {
    // unshare(1) makes the mounts private, which a chroot refuses.
    const int rc = std::system("unshare --mount true 2> /dev/null");
    return rc == 0 ? "" : "unshare --mount fails here";
  }
  if (need == "terminal") {
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0)
      return absl::StrCat("posix_openpt: ", std::strerror(errno));
    close(terminal);
    return "";
  }
  if (absl::ConsumePrefix(&need, "program:")) {
    return OnPath(need) ? "" : absl::StrCat(need, " is not on PATH");
  }
  return "this test support knows no such need";
}

bool IsRequired(absl::string_view need) {
  const char* required = std::getenv("SOCKDRIFT_REQUIRE");
  for (absl::string_view name :
       absl::StrSplit(required ? required : "", ',', absl::SkipEmpty())) {
    if (name == need || absl::StrCat("program:", name) == need) return true;
  }
  return false;
}

}  // namespace sockdrift::testing
