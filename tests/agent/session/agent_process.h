// The real agent as a child of a test.
#ifndef SOCKDRIFT_TESTS_AGENT_SESSION_AGENT_PROCESS_H_
#define SOCKDRIFT_TESTS_AGENT_SESSION_AGENT_PROCESS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/subprocess.h"

namespace sockdrift::testing {

// `--controller` and whatever else; the host id is "host-1", the probe is the
// one that was built.
std::unique_ptr<Subprocess> StartAgent(
    const std::string& controller, const std::string& state_folder,
    const std::vector<std::string>& more = {});

// Waits until the agent's log holds the text; false after `seconds`.
bool AwaitLog(const Subprocess& agent, const std::string& text,
              int seconds = 30);

// What all threads of a process have run so far, in nanoseconds.
int64_t CpuTime(pid_t pid);
// The memory of a process that is resident, in bytes.
int64_t ResidentBytes(pid_t pid);

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_AGENT_SESSION_AGENT_PROCESS_H_
