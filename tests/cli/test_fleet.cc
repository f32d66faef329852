#include "tests/cli/test_fleet.h"

#include <algorithm>
#include <csignal>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "tests/cli/sockdrift_program.h"

namespace sockdrift::testing {
namespace {

const std::string kBin = std::string(SOCKDRIFT_BINARY_DIR) + "/bin/";

}  // namespace

TestFleet::TestFleet() { StartController(); }

void TestFleet::StartController(const std::vector<std::string>& more) {
  std::vector<std::string> argv = {
      kBin + "sockdrift-controller", "--listen",         address_, "--data-dir",
      folder_ / "controller",        "--audit-interval", "0"};
  argv.insert(argv.end(), more.begin(), more.end());
  controller_ = std::make_unique<Subprocess>(std::move(argv));
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (Ask({"hosts"}).exit_code == 4 && absl::Now() < deadline) {
  }
}

void TestFleet::ReloadController(const std::string& says) {
  controller_->Signal(SIGHUP);
  AwaitLog(says);
}

void TestFleet::AwaitLog(const std::string& says, int times) const {
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  const auto said = [&] {
    const std::vector<std::string> parts =
        absl::StrSplit(controller_->ErrorsSoFar(), says);
    return static_cast<int>(parts.size()) - 1;
  };
  while (said() < times) {
    if (absl::Now() > deadline) {
      ADD_FAILURE() << controller_->ErrorsSoFar();
      return;
    }
    // A command's round trip, rather than a busy loop.
    Ask({"hosts"});
  }
}

void TestFleet::KillController() {
  controller_->Signal(SIGKILL);
  controller_->Wait();
}

void TestFleet::StartAgent(const std::string& host,
                           const AgentOptions& options) {
  std::string script;
  if (!options.before.empty()) {
    absl::StrAppend(&script, "{ ", options.before, "; } || exit 1; ");
  }
  for (const std::string& sysctl : options.sysctls) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(sysctl, absl::MaxSplits('=', 1));
    absl::StrAppend(&script, "echo ", parts.second, " > /proc/sys/",
                    absl::StrReplaceAll(parts.first, {{".", "/"}}),
                    " || exit 1; ");
  }
  absl::StrAppend(&script, "exec ", kBin, "sockdrift-agent --controller ",
                  address_, " --host-id ", host, " --state-dir ",
                  folder_ / host);
  for (const std::string& argument : options.arguments) {
    absl::StrAppend(&script, " ", argument);
  }
  agents_.emplace_back(host,
                       std::make_unique<Subprocess>(std::vector<std::string>{
                           "unshare", "--net", "--mount", "sh", "-c", script}));
}

Subprocess& TestFleet::Agent(const std::string& host) const {
  // The last one of that name: those before it have ended.
  const auto it =
      std::find_if(agents_.rbegin(), agents_.rend(),
                   [&](const auto& agent) { return agent.first == host; });
  return *it->second;
}

void TestFleet::HaltAgent(const std::string& host) {
  Agent(host).Signal(SIGSTOP);
}

void TestFleet::ResumeAgent(const std::string& host) {
  Agent(host).Signal(SIGCONT);
}

void TestFleet::KillAgent(const std::string& host) {
  Agent(host).Signal(SIGKILL);
  Agent(host).Wait();
}

SubprocessEnd TestFleet::Ask(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--controller", address_});
  return Sockdrift(std::move(arguments));
}

bool TestFleet::HasHosts(int count) const {
  // `run --wait-hosts` waits; a plan that is not there then ends it.
  const SubprocessEnd end =
      Ask({"run", "--wait-hosts", std::to_string(count), "--deadline", "60s",
           "--plan", "no.such-plan"});
  return end.exit_code == 2;
}

}  // namespace sockdrift::testing
