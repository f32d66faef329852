// A controller and agents, started for a test: the real programs, each agent in
// a network namespace of its own, reached by a Unix socket.
#ifndef SOCKDRIFT_TESTS_CLI_TEST_FLEET_H_
#define SOCKDRIFT_TESTS_CLI_TEST_FLEET_H_

#include <memory>
#include <string>
#include <vector>

#include "tests/support/subprocess.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift::testing {

struct AgentOptions {
  // Of its namespace: "net.ipv6.bindv6only=1".
  std::vector<std::string> sysctls = {};
  // Shell commands in its network and mount namespaces, before it starts.
  std::string before = {};
  // Of the program itself.
  std::vector<std::string> arguments = {};
};

class TestFleet {
 public:
  // Starts a controller that audits nobody by itself.
  TestFleet();

  // An agent whose namespace has these sysctls ("net.ipv6.bindv6only=1").
  void StartAgent(const std::string& host,
                  const std::vector<std::string>& sysctls = {}) {
    StartAgent(host, AgentOptions{.sysctls = sysctls});
  }
  void StartAgent(const std::string& host, const AgentOptions& options);
  // SIGSTOP: it holds its session, and answers nothing.
  void HaltAgent(const std::string& host);
  void ResumeAgent(const std::string& host);
  // Ends it as a crash would.
  void KillAgent(const std::string& host);
  void KillController();
  // Returns when it answers.
  void StartController(const std::vector<std::string>& more = {});
  // SIGHUP; returns when the log says this.
  void ReloadController(const std::string& says);
  // Returns when the controller's log has said this so often.
  void AwaitLog(const std::string& says, int times = 1) const;

  const std::string& address() const { return address_; }
  // A command of `sockdrift` that asks this controller.
  SubprocessEnd Ask(std::vector<std::string> arguments) const;
  // Waits until so many agents are connected; false when they are not.
  bool HasHosts(int count) const;
  const TemporaryFolder& folder() const { return folder_; }

 private:
  Subprocess& Agent(const std::string& host) const;

  TemporaryFolder folder_;
  std::string address_ = "unix:" + (folder_ / "controller.sock");
  std::unique_ptr<Subprocess> controller_;
  std::vector<std::pair<std::string, std::unique_ptr<Subprocess>>> agents_;
};

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_CLI_TEST_FLEET_H_
