// A fleet in which one host differs, to explain it.
#ifndef SOCKDRIFT_TESTS_CLI_EXPLAIN_FIXTURE_H_
#define SOCKDRIFT_TESTS_CLI_EXPLAIN_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/test_fleet.h"
#include "tests/support/require.h"

namespace sockdrift::testing {

inline constexpr char kPlan[] = "bind.privileged-port";
inline constexpr char kPortStart[] = "net.ipv4.ip_unprivileged_port_start";
// It decides nothing here, and stands before the other in the alphabet.
inline constexpr char kBystander[] = "net.ipv4.ip_autobind_reuse";

class ExplainTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SOCKDRIFT_REQUIRE_OR_SKIP("root");
    SOCKDRIFT_REQUIRE_OR_SKIP("netns");
    fleet_ = std::make_unique<TestFleet>();
  }
  // Two hosts with the defaults, and one with these sysctls.
  void StartFleet(const std::vector<std::string>& odd) {
    fleet_->StartAgent("plain-1");
    fleet_->StartAgent("plain-2");
    fleet_->StartAgent("odd", odd);
    ASSERT_TRUE(fleet_->HasHosts(3));
    const SubprocessEnd run =
        fleet_->Ask({"run", "--plan", kPlan, "--deadline", "60s"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
  }
  // The candidates of the group that differs.
  nlohmann::json Candidates(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "explain");
    arguments.insert(arguments.end(), {"--output", "json"});
    const SubprocessEnd end = fleet_->Ask(arguments);
    EXPECT_EQ(end.exit_code, 1) << end.err;
    const nlohmann::json document = nlohmann::json::parse(end.out);
    return document["plans"][0]["explanations"][1]["candidates"];
  }
  // Ends the agent and returns when the controller knows.
  void Lose(const std::string& host) const {
    fleet_->KillAgent(host);
    while (true) {
      const SubprocessEnd end = fleet_->Ask({"hosts", "--output", "json"});
      ASSERT_EQ(end.exit_code, 0) << end.err;
      const nlohmann::json document = nlohmann::json::parse(end.out);
      for (const nlohmann::json& one : document["hosts"]) {
        if (one["host"] == host && one["connected"] == false) return;
      }
    }
  }
  static std::string Start(const char* value) {
    return std::string(kPortStart) + "=" + value;
  }

  std::unique_ptr<TestFleet> fleet_;
};

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_CLI_EXPLAIN_FIXTURE_H_
