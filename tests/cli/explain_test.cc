// Explanations put to the test on real agents: proven, refuted, impossible.
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/sockdrift_program.h"
#include "tests/cli/test_fleet.h"
#include "tests/support/require.h"

namespace sockdrift::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const char kPlan[] = "bind.privileged-port";
const char kPortStart[] = "net.ipv4.ip_unprivileged_port_start";
// It decides nothing here, and stands before the other in the alphabet.
const char kBystander[] = "net.ipv4.ip_autobind_reuse";

class ProveTest : public ::testing::Test {
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
  json Candidates(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "explain");
    arguments.insert(arguments.end(), {"--output", "json"});
    const SubprocessEnd end = fleet_->Ask(arguments);
    EXPECT_EQ(end.exit_code, 1) << end.err;
    const json document = json::parse(end.out);
    return document["plans"][0]["explanations"][1]["candidates"];
  }
  // Ends the agent and returns when the controller knows.
  void Lose(const std::string& host) const {
    fleet_->KillAgent(host);
    while (true) {
      const SubprocessEnd end = fleet_->Ask({"hosts", "--output", "json"});
      ASSERT_EQ(end.exit_code, 0) << end.err;
      const json document = json::parse(end.out);
      for (const json& one : document["hosts"]) {
        if (one["host"] == host && one["connected"] == false) return;
      }
    }
  }
  static std::string Start(const char* value) {
    return std::string(kPortStart) + "=" + value;
  }

  std::unique_ptr<TestFleet> fleet_;
};

TEST_F(ProveTest, WhatTheBehaviourFollowsIsProvenAndKept) {
  StartFleet({Start("80")});
  EXPECT_EQ(Candidates({})[0]["verdict"], "correlation");
  const SubprocessEnd proven = fleet_->Ask({"explain", "--prove"});
  EXPECT_EQ(proven.exit_code, 1) << proven.err;
  EXPECT_THAT(proven.out,
              AllOf(HasSubstr("because " + std::string(kPortStart) + " = 80"),
                    HasSubstr("proven by experiment"),
                    HasSubstr("the behaviour followed on both hosts")));

  // It is there without being asked for, and after a restart.
  fleet_->KillController();
  fleet_->StartController();
  ASSERT_TRUE(fleet_->HasHosts(3));
  const json candidate = Candidates({})[0];
  EXPECT_EQ(candidate["verdict"], "proven");
  const json& evidence = candidate["evidence"];
  EXPECT_EQ(evidence["settings"], json::array({{{"fact", kPortStart},
                                                {"group_value", "80"},
                                                {"first_value", "1024"}}}));
  EXPECT_EQ(evidence["group_host"], "odd");
  EXPECT_EQ(evidence["followed"], evidence["cells"]);
  EXPECT_GT(evidence["cells"], 0);
  EXPECT_EQ(evidence["runs"].size(), 3U);
  // The experiments are runs as others are, and no sightings.
  const SubprocessEnd run =
      fleet_->Ask({"explain", "--run", evidence["runs"][0].get<std::string>()});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_THAT(fleet_->Ask({"explain"}).out, HasSubstr("2 groups over 3 hosts"));

  // Other behaviour, which nobody has tried to explain.
  Lose("odd");
  fleet_->StartAgent("odd", {Start("443")});
  ASSERT_TRUE(fleet_->HasHosts(3));
  ASSERT_EQ(
      fleet_->Ask({"run", "--plan", kPlan, "--deadline", "60s"}).exit_code, 0);
  EXPECT_EQ(Candidates({})[0]["verdict"], "correlation");
}

TEST_F(ProveTest, WhatMerelyComesAlongIsRefutedAndTheNextIsTried) {
  StartFleet({std::string(kBystander) + "=1", Start("80")});
  const json before = Candidates({});
  EXPECT_EQ(before[0]["text"], std::string(kBystander) + " = 1");
  EXPECT_THAT(before[0]["aliases"],
              ElementsAre(std::string(kPortStart) + " = 80"));
  EXPECT_THAT(before[0]["advice"].get<std::string>(), HasSubstr("--prove"));

  const json after = Candidates({"--prove"});
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after[0]["text"], std::string(kPortStart) + " = 80");
  EXPECT_EQ(after[0]["verdict"], "proven");
  EXPECT_EQ(after[1]["text"], std::string(kBystander) + " = 1");
  EXPECT_EQ(after[1]["verdict"], "refuted");
  EXPECT_EQ(after[1]["evidence"]["followed"], 0);
  EXPECT_THAT(fleet_->Ask({"explain"}).out,
              HasSubstr("not     " + std::string(kBystander)));
}

TEST_F(ProveTest, AFirstExperimentThatIsTheLastLeavesTheNextOpen) {
  StartFleet({std::string(kBystander) + "=1", Start("80")});
  const json candidates = Candidates({"--prove", "--trials", "1"});
  EXPECT_EQ(candidates[0]["text"], std::string(kPortStart) + " = 80");
  EXPECT_EQ(candidates[0]["verdict"], "correlation");
  EXPECT_EQ(candidates[1]["verdict"], "refuted");
}

TEST_F(ProveTest, WithoutAnAgentOfTheGroupNothingIsDecided) {
  StartFleet({Start("80")});
  Lose("odd");
  const SubprocessEnd end = fleet_->Ask({"explain", "--prove"});
  EXPECT_EQ(end.exit_code, 3) << end.out;
  EXPECT_THAT(end.out, AllOf(HasSubstr("could not be tested: no host of the "
                                       "group"),
                             HasSubstr("is connected"),
                             Not(HasSubstr("proven "
                                           "by"))));
  EXPECT_EQ(Candidates({})[0]["verdict"], "correlation");
}

TEST_F(ProveTest, AskedForTwoThingsAtOnceItSaysSo) {
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"--prove", "--ladder", "odd"},
        {"--prove", "--run", "x"},
        {"--against", "plain-1"},
        {"--ladder", "odd", "-l", "a=b"},
        {"--ladder", "odd", "--cell", "[a=b]"},
        {"--prove", "--deadline", "soon"}}) {
    std::vector<std::string> arguments = {"explain"};
    arguments.insert(arguments.end(), wrong.begin(), wrong.end());
    EXPECT_EQ(fleet_->Ask(arguments).exit_code, 2) << wrong[0] << wrong[1];
  }
}

// A connect that answers otherwise where the loopback link is down, which no
// fact says: in `own` worlds alone, and together with another distribution's
// name.
class LadderTest : public ProveTest {
 protected:
  void SetUp() override {
    ProveTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    SOCKDRIFT_REQUIRE_OR_SKIP("mounts");
    SOCKDRIFT_REQUIRE_OR_SKIP("program:ip");
    const TemporaryFolder& folder = fleet_->folder();
    std::ofstream(folder / "policy") << "worlds: [replica, pristine, own]\n";
    std::ofstream(folder / "os-release") << "ID=other\n";
    std::ofstream(folder / "loopback.yaml") << R"(plan: own.loopback
title: Whether the loopback address is there
steps:
  - socket: {as: s, family: inet, type: stream}
  - connect: {of: s, to: "127.0.0.1:A", observe: connect}
  - close: s
)";
    const std::vector<std::string> policy = {"--policy", folder / "policy"};
    for (const char* host : {"up-1", "up-2"}) {
      fleet_->StartAgent(host, AgentOptions{.before = "ip link set lo up",
                                            .arguments = policy});
    }
    fleet_->StartAgent("down", AgentOptions{.before = "mount --bind " +
                                                      (folder / "os-release") +
                                                      " /etc/os-release",
                                            .arguments = policy});
    ASSERT_TRUE(fleet_->HasHosts(3));
    const SubprocessEnd run =
        fleet_->Ask({"run", "--plan", folder / "loopback.yaml", "--world",
                     "own", "--deadline", "60s"});
    ASSERT_EQ(run.exit_code, 0) << run.err << run.out;
  }
};

TEST_F(LadderTest, WhatCannotBeSetInAWorldIsSaidPlainly) {
  const SubprocessEnd end = fleet_->Ask({"explain", "--prove"});
  EXPECT_EQ(end.exit_code, 3) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("because os.id = other"),
                             HasSubstr("could not be tested: os.id cannot be "
                                       "set in a world: run it on another "
                                       "host")));
  const SubprocessEnd as_json =
      fleet_->Ask({"explain", "--prove", "--output", "json"});
  const json explanation =
      json::parse(as_json.out)["plans"][0]["explanations"][1];
  // Its other names always change with it: that is said once.
  ASSERT_EQ(explanation["candidates"].size(), 1U);
  EXPECT_EQ(explanation["candidates"][0]["verdict"], "untested");
  EXPECT_THAT(end.err, HasSubstr("no explanation could be put to the test"));
}

TEST_F(LadderTest, TheFirstRungThatChangesNamesTheLayer) {
  const SubprocessEnd end = fleet_->Ask({"explain", "--ladder", "down"});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  EXPECT_THAT(end.out,
              AllOf(HasSubstr("1 cell on down against up-"),
                    HasSubstr("namespace: 1 cell changes first in own"),
                    HasSubstr("connect: ECONNREFUSED → ENETUNREACH"),
                    HasSubstr("not measured")));  // the world `host`
  const SubprocessEnd as_json =
      fleet_->Ask({"explain", "--ladder", "down", "--output", "json"});
  const json plan = json::parse(as_json.out)["plans"][0];
  EXPECT_EQ(plan["rungs"].size(), 4U);
  EXPECT_EQ(plan["rungs"][0]["changed"], 0);
  EXPECT_EQ(plan["rungs"][2]["changed"], 1);
  EXPECT_EQ(plan["rungs"][3]["measured"], false);
  EXPECT_THAT(plan["rungs"][3]["reason"].get<std::string>(), HasSubstr("host"));
  EXPECT_THAT(plan["findings"][0]["layers"], ElementsAre("namespace"));
}

TEST_F(LadderTest, ASettingIsFoundOnTheRungOfSysctls) {
  fleet_->StartAgent("low", {Start("80")});
  ASSERT_TRUE(fleet_->HasHosts(4));
  const SubprocessEnd end = fleet_->Ask(
      {"explain", "--ladder", "low", "--against", "up-1", "--plan", kPlan});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("100 cells on low against up-1"),
                             HasSubstr("change first in replica"),
                             HasSubstr("sysctls: ")));
  // Nobody to compare with: the rungs are compared with one another.
  const SubprocessEnd alone =
      fleet_->Ask({"explain", "--ladder", "low", "--plan", kPlan, "--cell",
                   "[cap=none,type=stream,addr=127.0.0.1,port=80]"});
  EXPECT_EQ(alone.exit_code, 1) << alone.err;
  EXPECT_THAT(alone.out,
              AllOf(HasSubstr("1 cell on low\n"),
                    HasSubstr("sysctls: 1 cell changes first in replica")));
  // A ladder leaves no sightings behind.
  EXPECT_THAT(fleet_->Ask({"explain"}).out, Not(HasSubstr(kPlan)));
}

TEST_F(LadderTest, HostsThatAreNotThereAreNamed) {
  const SubprocessEnd unknown = fleet_->Ask({"explain", "--ladder", "nobody"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("no host nobody is known"));
  const SubprocessEnd alike = fleet_->Ask({"explain", "--ladder", "up-1"});
  EXPECT_EQ(alike.exit_code, 3);
  EXPECT_THAT(alike.err, HasSubstr("name plans"));
  Lose("down");
  const SubprocessEnd gone = fleet_->Ask({"explain", "--ladder", "down"});
  EXPECT_EQ(gone.exit_code, 3) << gone.err;
  EXPECT_THAT(gone.err, HasSubstr("not connected"));
}

}  // namespace
}  // namespace sockdrift::testing
