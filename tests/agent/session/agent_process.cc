#include "tests/agent/session/agent_process.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace sockdrift::testing {

std::unique_ptr<Subprocess> StartAgent(const std::string& controller,
                                       const std::string& state_folder,
                                       const std::vector<std::string>& more) {
  const std::string bin = SOCKDRIFT_BINARY_DIR "/bin/";
  std::vector<std::string> argv = {bin + "sockdrift-agent",
                                   "--controller",
                                   controller,
                                   "--state-dir",
                                   state_folder,
                                   "--host-id",
                                   "host-1",
                                   "--probe",
                                   bin + "sockdrift-probe"};
  argv.insert(argv.end(), more.begin(), more.end());
  return std::make_unique<Subprocess>(argv);
}

bool AwaitLog(const Subprocess& agent, const std::string& text, int seconds) {
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (agent.ErrorsSoFar().find(text) == std::string::npos) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

int64_t CpuTime(pid_t pid) {
  int64_t sum = 0;
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    int64_t nanoseconds = 0;
    std::ifstream(task.path() / "schedstat") >> nanoseconds;
    sum += nanoseconds;
  }
  return sum;
}

int64_t ResidentBytes(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string word;
  while (status >> word) {
    int64_t kibibytes = 0;
    if (word == "VmRSS:" && status >> kibibytes) return kibibytes * 1024;
  }
  return -1;
}

}  // namespace sockdrift::testing
