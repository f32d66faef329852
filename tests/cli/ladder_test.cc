// Ladders climbed by real agents: which layer makes a host differ.
#include <fstream>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/explain_fixture.h"
#include "tests/mutants/cgroup.h"

namespace sockdrift::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// A connect that answers otherwise where the loopback link is down, which no
// fact says: in `own` worlds alone, and together with another distribution's
// name.
class LadderTest : public ExplainTest {
 protected:
  void SetUp() override {
    ExplainTest::SetUp();
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
  EXPECT_EQ(plan["rungs"].size(), 5U);
  EXPECT_EQ(plan["rungs"][1]["changed"], 0);
  EXPECT_EQ(plan["rungs"][3]["changed"], 1);
  EXPECT_EQ(plan["rungs"][4]["measured"], false);
  EXPECT_THAT(plan["rungs"][4]["reason"].get<std::string>(), HasSubstr("host"));
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

// One agent's cgroup refuses every bind to an IPv4 address, as a security agent
// or a service's SocketBindDeny= would.
class CgroupLadderTest : public ExplainTest {
 protected:
  void SetUp() override {
    ExplainTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    absl::StatusOr<mutants::Cgroup> cgroup = mutants::Cgroup::Make();
    if (!cgroup.ok()) SOCKDRIFT_MISSING("cgroup2", cgroup.status().message());
    cgroup_.emplace(*std::move(cgroup));
    absl::StatusOr<UniqueFd> link = cgroup_->Attach(mutants::CgroupProgram{
        BPF_CGROUP_INET4_BIND, BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
        mutants::RefuseAlways()});
    if (!link.ok()) {
      SOCKDRIFT_MISSING("cgroup programs", link.status().message());
    }
    program_ = *std::move(link);
    std::ofstream(fleet_->folder() / "policy") << "root_cgroup: yes\n";
    std::ofstream(fleet_->folder() / "bind.yaml") << R"(plan: own.bind
title: Whether the loopback address can be bound
steps:
  - socket: {as: s, family: inet, type: stream}
  - bind: {of: s, to: "127.0.0.1:A", observe: bind}
  - close: s
)";
  }

  void TearDown() override {
    fleet_.reset();
    if (!cgroup_.has_value()) return;
    // A probe was moved out of it, or has ended with its agent.
    const std::string events = cgroup_->path() + "/cgroup.events";
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    for (std::string word; word != "0" && absl::Now() < deadline;) {
      std::ifstream(events) >> word >> word;
    }
    const std::string path = cgroup_->path();
    cgroup_.reset();
    EXPECT_FALSE(std::ifstream(path + "/cgroup.procs").good())
        << path << " is still there";
  }

  // Two agents in the test's own cgroup, one in the other, and what all showed.
  void StartFleet(const std::string& odd_policy) {
    fleet_->StartAgent("plain-1", AgentOptions{.arguments = Policy("policy")});
    fleet_->StartAgent("plain-2", AgentOptions{.arguments = Policy("policy")});
    fleet_->StartAgent(
        "odd", AgentOptions{.before = absl::StrCat("echo 0 > ", cgroup_->path(),
                                                   "/cgroup.procs"),
                            .arguments = Policy(odd_policy)});
    ASSERT_TRUE(fleet_->HasHosts(3));
    const SubprocessEnd run = fleet_->Ask(
        {"run", "--plan", fleet_->folder() / "bind.yaml", "--deadline", "60s"});
    ASSERT_EQ(run.exit_code, 0) << run.err << run.out;
  }
  std::vector<std::string> Policy(const std::string& name) const {
    if (name.empty()) return {};
    return {"--policy", fleet_->folder() / name};
  }
  json Ladder() const {
    const SubprocessEnd end =
        fleet_->Ask({"explain", "--ladder", "odd", "--output", "json"});
    EXPECT_EQ(end.exit_code, 1) << end.err;
    return json::parse(end.out)["plans"][0];
  }

  std::optional<mutants::Cgroup> cgroup_;
  UniqueFd program_;
};

TEST_F(CgroupLadderTest, AProgramOfItsCgroupIsFoundInTheRootCgroup) {
  StartFleet("policy");
  const SubprocessEnd end = fleet_->Ask({"explain", "--ladder", "odd"});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("cgroup: 1 cell changes first in "
                                       "pristine, such as own.bind: bind: "
                                       "ok → EPERM"),
                             HasSubstr("suspect: cgroup.bpf.bind4 = 1")));
  const json plan = Ladder();
  EXPECT_EQ(plan["findings"][0]["layers"], json::array({"cgroup"}));
  EXPECT_EQ(plan["rungs"][0]["cgroup"], "root");
  EXPECT_EQ(plan["rungs"][0]["done"], 1);
  EXPECT_EQ(plan["rungs"][0]["changed"], 0);
  EXPECT_EQ(plan["rungs"][1]["cgroup"], "own");
  EXPECT_EQ(plan["rungs"][1]["changed"], 1);
  // The other way round it is found as well.
  const SubprocessEnd turned =
      fleet_->Ask({"explain", "--ladder", "plain-1", "--against", "odd"});
  EXPECT_THAT(turned.out,
              HasSubstr("cgroup: 1 cell changes first in pristine"));
}

TEST_F(CgroupLadderTest, WhereAPolicyKeepsItsProbesTheLayerIsLeftOpen) {
  StartFleet("");
  const json plan = Ladder();
  EXPECT_EQ(plan["findings"][0]["layers"], json::array({"kernel", "cgroup"}));
  EXPECT_EQ(plan["rungs"][0]["measured"], false);
  EXPECT_THAT(plan["rungs"][0]["reason"].get<std::string>(),
              AllOf(HasSubstr("odd"), HasSubstr("`root_cgroup: yes`")));
  EXPECT_THAT(plan["suspects"].dump(), HasSubstr("cgroup.bpf.bind4 = 1"));
}

}  // namespace
}  // namespace sockdrift::testing
