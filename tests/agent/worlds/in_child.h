// A test's part that changes its process for good: it runs in a child.
#ifndef SOCKDRIFT_TESTS_AGENT_WORLDS_IN_CHILD_H_
#define SOCKDRIFT_TESTS_AGENT_WORLDS_IN_CHILD_H_

#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "gtest/gtest.h"

namespace sockdrift::testing {

// What the child returned, or "killed by signal N".
inline std::string InChild(const std::function<std::string()>& part) {
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    const std::string said = part();
    // Whatever the part's filter leaves, it leaves write.
    if (::write(ends[1], said.data(), said.size()) < 0) ::_exit(1);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string said;
  char buffer[4096];
  ssize_t size;
  while ((size = ::read(ends[0], buffer, sizeof(buffer))) > 0) {
    said.append(buffer, static_cast<size_t>(size));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    return "killed by signal " + std::to_string(WTERMSIG(status));
  }
  return said;
}

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_AGENT_WORLDS_IN_CHILD_H_
