// Baselines, against a real controller with real agents.
#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/sockdrift_program.h"
#include "tests/cli/test_fleet.h"
#include "tests/support/require.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const char kPlan[] = "bind.privileged-port";

std::string ReadAll(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Two hosts, one of which opens ports from 80, both measured.
class BaselineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SOCKDRIFT_REQUIRE_OR_SKIP("root");
    SOCKDRIFT_REQUIRE_OR_SKIP("netns");
    fleet_ = std::make_unique<TestFleet>();
    fleet_->StartAgent("plain");
    fleet_->StartAgent("low-ports", {"net.ipv4.ip_unprivileged_port_start=80"});
    ASSERT_TRUE(fleet_->HasHosts(2));
    const SubprocessEnd run = fleet_->Ask(
        {"run", "--plan", kPlan, "--deadline", "60s", "--output", "json"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    run_ = json::parse(run.out)["run"];
  }
  SubprocessEnd Baseline(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "baseline");
    return fleet_->Ask(std::move(arguments));
  }
  json Shown(const std::string& name) const {
    const SubprocessEnd end = Baseline({"show", name, "--output", "json"});
    EXPECT_EQ(end.exit_code, 0) << end.err;
    return json::parse(end.out, nullptr, false);
  }

  std::unique_ptr<TestFleet> fleet_;
  std::string run_;
};

TEST_F(BaselineTest, IsSetFromARunASelectorOrAHost) {
  ASSERT_EQ(Baseline({"set", "of-run", "--run", run_}).exit_code, 0);
  ASSERT_EQ(Baseline({"set", "of-host", "--host", "plain"}).exit_code, 0);
  ASSERT_EQ(Baseline({"set", "of-some", "-l",
                      "net.ipv4.ip_unprivileged_port_start=80"})
                .exit_code,
            0);
  EXPECT_EQ(Shown("of-run")["hosts"].size(), 2U);
  EXPECT_EQ(Shown("of-host")["hosts"][0]["host"], "plain");
  const json some = Shown("of-some");
  EXPECT_EQ(some["hosts"][0]["host"], "low-ports");
  EXPECT_EQ(some["plans"][0]["plan"], kPlan);
  EXPECT_GT(some["plans"][0]["behaviours"][0]["done"], 0);
  const SubprocessEnd list = Baseline({"list"});
  EXPECT_THAT(list.out, AllOf(HasSubstr("of-host"), HasSubstr("of-run"),
                              HasSubstr("of-some")));
}

TEST_F(BaselineTest, GoesThroughGitAndBackTheSame) {
  ASSERT_EQ(Baseline({"set", "prod"}).exit_code, 0);
  const std::string file = fleet_->folder() / "prod.baseline";
  ASSERT_EQ(Baseline({"export", "prod", file}).exit_code, 0);
  const std::string text = ReadAll(file);
  EXPECT_THAT(text, StartsWith("sockdrift-baseline 1\nname prod\n"));
  const SubprocessEnd imported = Baseline({"import", "prod", file});
  EXPECT_EQ(imported.exit_code, 0);
  EXPECT_THAT(imported.err, HasSubstr("replaced prod: 2 hosts, 1 plan"));
  ASSERT_EQ(Baseline({"export", "prod", file}).exit_code, 0);
  EXPECT_EQ(ReadAll(file), text);
}

TEST_F(BaselineTest, JudgesWithoutAController) {
  ASSERT_EQ(Baseline({"set", "prod", "--host", "plain"}).exit_code, 0);
  const std::string file = fleet_->folder() / "prod.baseline";
  ASSERT_EQ(Baseline({"export", "prod", file}).exit_code, 0);
  const std::string fleet = fleet_->folder() / "fleet";
  ASSERT_EQ(fleet_->Ask({"export", fleet, "-l", "host=low-ports"}).exit_code,
            0);
  const SubprocessEnd gate =
      Sockdrift({"gate", "--baseline", file, "--candidate", fleet});
  EXPECT_EQ(gate.exit_code, 1) << gate.err;
  EXPECT_THAT(gate.out, HasSubstr("bind: EACCES → ok"));
}

TEST_F(BaselineTest, SurvivesTheControllersRestartAndIsRemoved) {
  ASSERT_EQ(Baseline({"set", "prod"}).exit_code, 0);
  fleet_->KillController();
  fleet_->StartController();
  EXPECT_EQ(Shown("prod")["hosts"].size(), 2U);
  EXPECT_EQ(Baseline({"rm", "prod"}).exit_code, 0);
  const SubprocessEnd gone = Baseline({"show", "prod"});
  EXPECT_EQ(gone.exit_code, 2);
  EXPECT_THAT(gone.err, HasSubstr("there is no baseline prod; there are none"));
  EXPECT_EQ(Baseline({"rm", "prod"}).exit_code, 2);
}

TEST_F(BaselineTest, IsNoExperiment) {
  const SubprocessEnd run = fleet_->Ask(
      {"run", "--plan", kPlan, "--set", "net.ipv4.ip_unprivileged_port_start=0",
       "--output", "json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const SubprocessEnd set = Baseline(
      {"set", "prod", "--run", json::parse(run.out)["run"].get<std::string>()});
  EXPECT_EQ(set.exit_code, 2);
  EXPECT_THAT(set.err, HasSubstr("is an experiment"));
  EXPECT_EQ(Baseline({"set", "prod", "-l", "pool=none"}).exit_code, 3);
}

TEST_F(BaselineTest, AFilesHostsDoNotJoinTheFleet) {
  const std::string file = fleet_->folder() / "fleet";
  ASSERT_EQ(fleet_->Ask({"export", file}).exit_code, 0);
  TestFleet other;
  const SubprocessEnd set = other.Ask({"baseline", "set", "prod", file});
  EXPECT_EQ(set.exit_code, 0) << set.err;
  EXPECT_THAT(set.err, HasSubstr("set prod: 2 hosts, 1 plan"));
  EXPECT_EQ(other.Ask({"hosts"}).exit_code, 3);
  std::ofstream(file) << "sockdrift-baseline 1\nname x\nnonsense\n";
  const SubprocessEnd bad = other.Ask({"baseline", "import", "bad", file});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.err, HasSubstr(file + ":3: \"nonsense\" cannot stand here"));
}

}  // namespace
}  // namespace sockdrift::testing
