// The real binary as a subprocess, and the files that its tests use.
#ifndef SOCKDRIFT_TESTS_CLI_SOCKDRIFT_PROGRAM_H_
#define SOCKDRIFT_TESTS_CLI_SOCKDRIFT_PROGRAM_H_

#include <string>
#include <utility>
#include <vector>

#include "tests/support/subprocess.h"

namespace sockdrift::testing {

inline const std::string kSockdrift =
    std::string(SOCKDRIFT_BINARY_DIR) + "/bin/sockdrift";

// tests/testdata/cli/NAME.
inline std::string TestData(const std::string& name) {
  return std::string(SOCKDRIFT_SOURCE_DIR) + "/tests/testdata/cli/" + name;
}

inline SubprocessEnd Sockdrift(std::vector<std::string> arguments,
                               SubprocessOptions options = {}) {
  arguments.insert(arguments.begin(), kSockdrift);
  // What the developer's shell has set must not change what is tested.
  for (const char* name : {"COLUMNS", "NO_COLOR", "SOCKDRIFT_CONTROLLER"}) {
    options.environment.emplace(name, "");
  }
  return RunSubprocess(std::move(arguments), options);
}

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_CLI_SOCKDRIFT_PROGRAM_H_
