// Real programs as children of a test: what they wrote, how they ended. A
// child never outlives its Subprocess.
#ifndef SOCKDRIFT_TESTS_SUPPORT_SUBPROCESS_H_
#define SOCKDRIFT_TESTS_SUPPORT_SUBPROCESS_H_

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "agent/os/unique_fd.h"

namespace sockdrift::testing {

struct SubprocessOptions {
  std::map<std::string, std::string> environment = {};  // beside the test's own
  std::string folder = {};                              // empty: the test's own
  // Not 0: standard output and error are one terminal of so many columns; all
  // that it shows is in `out`.
  int terminal_columns = 0;
  // Not empty: standard output goes to this file and `out` stays empty.
  std::string output_file = {};
};

struct SubprocessEnd {
  int exit_code = -1;      // -1 when it did not exit by itself
  int signal = 0;          // that ended it
  bool timed_out = false;  // it was killed at the limit
  std::string out;
  std::string err;
};

class Subprocess {
 public:
  // Starts argv[0], looked up on PATH. A program that cannot be started fails
  // the test.
  explicit Subprocess(std::vector<std::string> argv,
                      const SubprocessOptions& options = {});
  ~Subprocess();
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int number) const;
  // Waits for its end; kills it when the limit has passed.
  SubprocessEnd Wait(absl::Duration limit = absl::Seconds(60));
  // What it has written to standard error so far.
  std::string ErrorsSoFar() const;

 private:
  void Spawn(std::vector<std::string> argv, const SubprocessOptions& options);
  void DrainTerminal(SubprocessEnd& end) const;

  pid_t pid_ = -1;
  UniqueFd process_;   // a pidfd
  UniqueFd out_;       // a memory file
  UniqueFd err_;       // a memory file
  UniqueFd terminal_;  // the master side
};

// Starts a program and waits for its end.
SubprocessEnd RunSubprocess(std::vector<std::string> argv,
                            const SubprocessOptions& options = {});

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_SUPPORT_SUBPROCESS_H_
