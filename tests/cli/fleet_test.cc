// The commands that ask a controller, against a real one with real agents.
#include <fstream>

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
using ::testing::IsEmpty;

const char kPlan[] = "bind.privileged-port";

// Three hosts, one of which opens ports from 80.
class FleetTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SOCKDRIFT_REQUIRE_OR_SKIP("root");
    SOCKDRIFT_REQUIRE_OR_SKIP("netns");
    fleet_ = std::make_unique<TestFleet>();
    fleet_->StartAgent("plain-1");
    fleet_->StartAgent("plain-2");
    fleet_->StartAgent("low-ports", {"net.ipv4.ip_unprivileged_port_start=80"});
    ASSERT_TRUE(fleet_->HasHosts(3));
  }

  SubprocessEnd RunPlan() const {
    return fleet_->Ask({"run", "--plan", kPlan, "--deadline", "60s"});
  }

  std::unique_ptr<TestFleet> fleet_;
};

constexpr char kOwnPlan[] = R"(plan: own.socket
title: One socket
steps:
  - socket: {as: s, family: inet, type: stream, observe: s}
  - close: s
)";

TEST_F(FleetTest, PlansOfAFolderAreSentWithTheRun) {
  TemporaryFolder own;
  std::ofstream(own / "own.yaml") << kOwnPlan;
  const SubprocessEnd end =
      fleet_->Ask({"run", "--plans", own.path(), "--plan", "own.socket",
                   "--deadline", "60s", "--output", "json"});
  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(json::parse(end.out)["plans"][0]["done"], 3);
}

TEST_F(FleetTest, TheControllerReadsItsPlansAgain) {
  TemporaryFolder own;
  std::ofstream(own / "first.yaml") << kOwnPlan;
  fleet_->KillController();
  fleet_->StartController({"--plans", own.path()});
  ASSERT_TRUE(fleet_->HasHosts(3));
  const auto run = [&](const char* plan) {
    return fleet_->Ask({"run", "--plan", plan, "--deadline", "60s"});
  };
  EXPECT_EQ(run("own.socket").exit_code, 0);
  EXPECT_EQ(run("own.second").exit_code, 2);
  std::string second = kOwnPlan;
  second.replace(second.find("own.socket"), 10, "own.second");
  std::ofstream(own / "second.yaml") << second;
  fleet_->ReloadController("the plans were read again");
  EXPECT_EQ(run("own.second").exit_code, 0);
  // A mistake changes nothing.
  std::ofstream(own / "third.yaml") << second;
  fleet_->ReloadController("own.second stands twice");
  EXPECT_EQ(run("own.second").exit_code, 0);
}

TEST_F(FleetTest, WhatIsNotThereIsNamed) {
  ASSERT_EQ(RunPlan().exit_code, 0);
  const SubprocessEnd run = fleet_->Ask({"explain", "--run", "nope"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("there is no run nope"));
  EXPECT_EQ(fleet_->Ask({"run", "--watch", "nope"}).exit_code, 2);
  const SubprocessEnd plan = fleet_->Ask({"diff", "--plan", "nope"});
  EXPECT_EQ(plan.exit_code, 3);
  EXPECT_THAT(plan.err, AllOf(HasSubstr("nothing was measured of a plan nope"),
                              HasSubstr(kPlan)));
}

TEST_F(FleetTest, RunEndsWithEveryHostInOneList) {
  const SubprocessEnd end = fleet_->Ask(
      {"run", "--plan", kPlan, "--deadline", "60s", "--output", "json"});
  ASSERT_EQ(end.exit_code, 0) << end.err;
  const json run = json::parse(end.out);
  EXPECT_EQ(run["schema"], "sockdrift.run/1");
  EXPECT_EQ(run["phase"], "finished");
  EXPECT_EQ(run["selected"], 3);
  EXPECT_EQ(run["answered"].size(), 3U);
  for (const char* list :
       {"wanted", "held", "failed", "late", "offline", "refused"}) {
    EXPECT_THAT(run[list], IsEmpty()) << list;
  }
  EXPECT_EQ(run["plans"][0]["done"], 300);
  // The run can be looked at again.
  const SubprocessEnd again =
      fleet_->Ask({"run", "--watch", run["run"].get<std::string>()});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("answered 3, failed 0"));
}

TEST_F(FleetTest, AnExperimentRunsTheNamedCellsOnly) {
  const SubprocessEnd end = fleet_->Ask(
      {"run", "--plan", kPlan, "--cell",
       "[cap=none,type=stream,addr=127.0.0.1,port=80]", "--cell",
       "[cap=none,type=dgram,addr=::1,port=80]", "--set",
       "net.ipv4.ip_unprivileged_port_start=0", "--output", "json"});
  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(json::parse(end.out)["plans"][0]["done"], 2 * 3);
}

TEST_F(FleetTest, RunShowsItsProgressOnATerminal) {
  SOCKDRIFT_REQUIRE_OR_SKIP("terminal");
  const SubprocessEnd end = Sockdrift(
      {"run", "--plan", "bind.conflict", "--controller", fleet_->address()},
      {.terminal_columns = 120});
  EXPECT_EQ(end.exit_code, 0) << end.out;
  EXPECT_THAT(end.out, AllOf(HasSubstr("of 3 hosts answered"),
                             HasSubstr("answered 3, failed 0")));
}

TEST_F(FleetTest, HostsAreListedWithTheirState) {
  ASSERT_EQ(RunPlan().exit_code, 0);
  fleet_->KillAgent("plain-2");
  const SubprocessEnd end = fleet_->Ask({"hosts", "--output", "json"});
  ASSERT_EQ(end.exit_code, 0) << end.err;
  const json hosts = json::parse(end.out)["hosts"];
  ASSERT_EQ(hosts.size(), 3U);
  EXPECT_EQ(hosts[0]["host"], "low-ports");
  EXPECT_EQ(hosts[0]["connected"], true);
  EXPECT_GT(hosts[0]["divergent_cells"], 0);
  EXPECT_EQ(hosts[1]["divergent_cells"], 0);
  EXPECT_EQ(hosts[0]["facts"]["net.ipv4.ip_unprivileged_port_start"], "80");
  EXPECT_EQ(hosts[1]["genome"], hosts[2]["genome"]);
}

TEST_F(FleetTest, ExplainNamesTheSysctl) {
  ASSERT_EQ(RunPlan().exit_code, 0);
  const SubprocessEnd end = fleet_->Ask({"explain"});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  EXPECT_THAT(
      end.out,
      AllOf(HasSubstr("2 groups over 3 hosts"),
            HasSubstr("because net.ipv4.ip_unprivileged_port_start = 80"),
            HasSubstr("known: A lower net.ipv4.ip_unprivileged_port_start"),
            HasSubstr("30 cells\n"), HasSubstr("bind: EACCES → ok")));

  const json plans =
      json::parse(fleet_->Ask({"explain", "--output", "json"}).out)["plans"];
  ASSERT_EQ(plans.size(), 1U);
  EXPECT_EQ(plans[0]["groups"][0]["hosts"], json({"plain-1", "plain-2"}));
  EXPECT_EQ(plans[0]["explanations"].back()["candidates"][0]["text"],
            "net.ipv4.ip_unprivileged_port_start = 80");
  const json& known = plans[0]["known_causes"][0];
  EXPECT_EQ(known["causes"][0]["cause"], "unprivileged-port-start");
  EXPECT_EQ(known["causes"][0]["cells"], 30);
  EXPECT_EQ(known["causes"][0]["in_first_group"], false);
  EXPECT_EQ(known["without_known_cause"], 0);
  EXPECT_EQ(plans[0]["rules"][0]["added"], 30);
}

TEST_F(FleetTest, DiffComparesGroupsOrTwoHosts) {
  ASSERT_EQ(RunPlan().exit_code, 0);
  const SubprocessEnd groups = fleet_->Ask({"diff"});
  EXPECT_EQ(groups.exit_code, 1) << groups.err;
  EXPECT_THAT(groups.out, HasSubstr("2 groups over 3 hosts"));

  const SubprocessEnd differ =
      fleet_->Ask({"diff", "host:plain-1", "host:low-ports"});
  EXPECT_EQ(differ.exit_code, 1) << differ.err;
  EXPECT_THAT(differ.out, HasSubstr("net.ipv4.ip_unprivileged_port_start"));
  EXPECT_EQ(fleet_->Ask({"diff", "host:plain-1", "host:plain-2"}).exit_code, 0);

  const SubprocessEnd unknown =
      fleet_->Ask({"diff", "host:plain-1", "host:plain-3"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("host:plain-3"));
}

TEST_F(FleetTest, ExportedHostsCanBeComparedAndImported) {
  ASSERT_EQ(RunPlan().exit_code, 0);
  const std::string file = fleet_->folder() / "fleet";
  ASSERT_EQ(fleet_->Ask({"export", file}).exit_code, 0);
  EXPECT_EQ(
      Sockdrift({"diff", file + "#plain-1", file + "#low-ports"}).exit_code, 1);
  const SubprocessEnd several = Sockdrift({"diff", file, file});
  EXPECT_EQ(several.exit_code, 2);
  EXPECT_THAT(several.err, HasSubstr("FILE#HOST: low-ports, plain-1, plain-2"));

  TestFleet other;
  const SubprocessEnd imported = other.Ask({"import", file});
  EXPECT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_THAT(imported.out, HasSubstr("3 records of 3 hosts"));
  EXPECT_EQ(other.Ask({"explain"}).exit_code, 1);
  EXPECT_EQ(other.Ask({"hosts"}).exit_code, 0);
}

TEST_F(FleetTest, AFileOfOneHostIsImportedUnderTheIdThatIsAskedFor) {
  ASSERT_EQ(RunPlan().exit_code, 0);
  const std::string several = fleet_->folder() / "fleet";
  ASSERT_EQ(fleet_->Ask({"export", several}).exit_code, 0);
  const SubprocessEnd refused =
      fleet_->Ask({"import", several, "--as", "uml-6.1"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--as is the id of one host"));

  const std::string one = fleet_->folder() / "one";
  ASSERT_LE(Sockdrift({"audit", "--plan", kPlan, "--save", one}).exit_code, 1);
  const SubprocessEnd imported =
      fleet_->Ask({"import", one, "--as", "uml-6.1", "--output", "json"});
  ASSERT_EQ(imported.exit_code, 0) << imported.err;
  EXPECT_EQ(json::parse(imported.out)["hosts"], json({"uml-6.1"}));
  EXPECT_EQ(fleet_->Ask({"import", one, "--as", "no id"}).exit_code, 2);
}

TEST_F(FleetTest, OverrideIsAnExperimentAndNoSighting) {
  ASSERT_EQ(RunPlan().exit_code, 0);
  const SubprocessEnd end = fleet_->Ask(
      {"run", "--plan", kPlan, "--deadline", "60s", "--set",
       "net.ipv4.ip_unprivileged_port_start=80", "--output", "json"});
  ASSERT_EQ(end.exit_code, 0) << end.err;
  const json run = json::parse(end.out);
  // With the same setting everywhere the hosts behave alike …
  EXPECT_EQ(fleet_->Ask({"explain", "--run", run["run"].get<std::string>()})
                .exit_code,
            0);
  // … and what is known of them has not changed.
  EXPECT_EQ(fleet_->Ask({"explain"}).exit_code, 1);
}

TEST_F(FleetTest, CellsThatWereNotMeasuredHaveTheirReason) {
  const std::vector<std::string> run = {"run",
                                        "--plan",
                                        kPlan,
                                        "--deadline",
                                        "60s",
                                        "--set",
                                        "net.ipv4.no_such_sysctl=1"};
  const SubprocessEnd table = fleet_->Ask(run);
  EXPECT_EQ(table.exit_code, 3);
  EXPECT_THAT(table.out, HasSubstr("no_such_sysctl"));
  std::vector<std::string> as_json = run;
  as_json.insert(as_json.end(), {"--output", "json"});
  const json document = json::parse(fleet_->Ask(as_json).out);
  const json& plan = document["plans"][0];
  EXPECT_EQ(plan["done"], 0);
  int64_t explained = 0;
  for (const json& reason : plan["reasons"]) {
    EXPECT_THAT(reason["reason"].get<std::string>(), HasSubstr("no_such"));
    explained += reason["cells"].get<int64_t>();
  }
  EXPECT_EQ(explained, plan["skip"].get<int64_t>() +
                           plan["miss"].get<int64_t>() +
                           plan["error"].get<int64_t>());
}

TEST_F(FleetTest, RunThatMatchesNoHostCouldNotTell) {
  const SubprocessEnd end =
      fleet_->Ask({"run", "--plan", kPlan, "-l", "pool=nowhere"});
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.out, IsEmpty());
  EXPECT_THAT(end.err, HasSubstr("pool=nowhere"));
}

TEST_F(FleetTest, WrongSelectorsAndPlansAreInvalid) {
  const SubprocessEnd selector = fleet_->Ask({"hosts", "-l", "pool in ("});
  EXPECT_EQ(selector.exit_code, 2);
  const SubprocessEnd plan = fleet_->Ask({"run", "--plan", "bind.conflit"});
  EXPECT_EQ(plan.exit_code, 2);
  EXPECT_THAT(plan.err, HasSubstr("bind.conflit"));
  const SubprocessEnd run = fleet_->Ask({"run", "--watch", "nosuchrun"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("nosuchrun"));
}

TEST_F(FleetTest, HostThatIsGoneIsInTheListOfOfflineOnes) {
  fleet_->KillAgent("plain-1");
  const SubprocessEnd end = fleet_->Ask(
      {"run", "--plan", kPlan, "--deadline", "5s", "--output", "json"});
  EXPECT_EQ(end.exit_code, 3) << end.err;
  const json run = json::parse(end.out);
  EXPECT_EQ(run["answered"].size(), 2U);
  ASSERT_EQ(run["offline"].size(), 1U);
  EXPECT_EQ(run["offline"][0]["host"], "plain-1");
  EXPECT_THAT(end.err, HasSubstr("1 of 3 hosts gave no full answer"));
}

TEST_F(FleetTest, ControllerThatComesBackIsWaitedFor) {
  fleet_->KillAgent("plain-1");  // so that the run is still open
  std::string run =
      fleet_->Ask({"run", "--plan", kPlan, "--deadline", "8s", "--detach"}).out;
  ASSERT_FALSE(run.empty());
  run.pop_back();  // the end of the line
  Subprocess watching(
      {kSockdrift, "run", "--watch", run, "--controller", fleet_->address()});
  fleet_->KillController();
  fleet_->StartController();
  const SubprocessEnd end = watching.Wait();
  EXPECT_EQ(end.exit_code, 3) << end.out;
  EXPECT_THAT(end.out, HasSubstr("answered 2, failed 0, late 0, offline 1"));
}

TEST(EmptyFleetTest, HasNothingToTell) {
  TestFleet fleet;
  for (const char* command : {"hosts", "explain", "diff"}) {
    const SubprocessEnd end = fleet.Ask({command});
    EXPECT_EQ(end.exit_code, 3) << command << ": " << end.err;
    EXPECT_THAT(end.err, ::testing::Not(IsEmpty()));
  }
  const std::string file = fleet.folder() / "file";
  EXPECT_EQ(fleet.Ask({"export", file}).exit_code, 3);
  EXPECT_FALSE(std::ifstream(file).good());
}

TEST(EmptyFleetTest, WaitingForHostsEndsAtTheDeadline) {
  TestFleet fleet;
  const SubprocessEnd end =
      fleet.Ask({"run", "--wait-hosts", "2", "--deadline", "1s"});
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("only 0 of 2 hosts are connected"));
}

}  // namespace
}  // namespace sockdrift::testing
