// The real agent and the real probe against a controller of the test's own.
#include <signal.h>

#include <fstream>
#include <iostream>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/session/agent_process.h"
#include "tests/agent/session/fake_server.h"
#include "tests/support/counting_proxy.h"
#include "tests/support/programs.h"
#include "tests/support/require.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

AssignmentSet Loopbacks(FakeController& controller, int plans, World world) {
  AssignmentSet set;
  for (int i = 0; i < plans; ++i) {
    const Program program =
        BindPair({"127.0.0." + std::to_string(i + 1), "::1"});
    set.assignments.push_back({.plan = "plan-" + std::to_string(i),
                               .measurement = controller.AddProgram(program),
                               .world = world});
  }
  return set;
}

auto IsCommitted(const std::string& run) {
  return [run](const FakeController& controller) {
    return controller.Committed(run) != nullptr;
  };
}

class AgentE2eTest : public ::testing::Test {
 protected:
  void SetUp() override { Serve(); }

  void Serve() {
    server_ =
        std::make_unique<FakeServer>(TransportOptions{.address = address_});
  }
  // As a controller that is killed and started again: what is committed stays.
  void RestartServer() {
    FakeController kept;
    server_->With([&](FakeController& c) { kept = c; });
    server_.reset();
    Serve();
    kept.StreamEnded();
    server_->With([&](FakeController& c) { c = kept; });
  }
  void Start(const std::vector<std::string>& more = {}) {
    agent_ = StartAgent(address_, folder_ / "state", more);
  }
  void Want(const std::string& run, int plans, World world = World::kReplica) {
    server_->Tell([&](FakeController& c) {
      c.Want(run, Loopbacks(c, plans, world), 600);
    });
  }
  Report ReportOf(const std::string& run) {
    Report report;
    server_->With([&](FakeController& c) { report = *c.Committed(run); });
    return report;
  }
  void ExpectNoViolations() {
    server_->With(
        [](FakeController& c) { EXPECT_THAT(c.violations, IsEmpty()); });
  }

  TemporaryFolder folder_;
  const std::string address_ = "unix:" + (folder_ / "controller");
  std::unique_ptr<FakeServer> server_;
  std::unique_ptr<Subprocess> agent_;
};

TEST_F(AgentE2eTest, MeasuresWhatIsWantedAndCommitsIt) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  Start({"--label", "pool=canary", "--label", "zone=a"});
  Want("r1", 3);
  ASSERT_TRUE(server_->Await(IsCommitted("r1"))) << agent_->ErrorsSoFar();
  const Report report = ReportOf("r1");
  ASSERT_THAT(report.results, SizeIs(3));
  for (const AssignmentResult& result : report.results) {
    EXPECT_EQ(result.end, AssignmentEnd::kFinished) << result.reason;
    ASSERT_TRUE(result.record.has_value());
  }
  server_->With([](FakeController& c) {
    EXPECT_EQ(c.hellos[0].labels_size(), 2);
    EXPECT_EQ(c.FactsOf("r1")->count("kernel"), 1u);
  });
  ExpectNoViolations();
}

TEST_F(AgentE2eTest,
       AnUnchangedAuditCostsLessThan256BytesWhateverTheCatalogue) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  CountingProxy proxy(folder_ / "proxy", folder_ / "controller");
  agent_ = StartAgent("unix:" + (folder_ / "proxy"), folder_ / "state");
  Want("r-0000000001", 20);
  ASSERT_TRUE(
      AwaitLog(*agent_, "a result was committed\" run=r-0000000001", 60))
      << agent_->ErrorsSoFar();
  const CountingProxy::Counts first = proxy.counts();
  Want("r-0000000002", 20);
  ASSERT_TRUE(server_->Await(IsCommitted("r-0000000002"), 60));
  ASSERT_TRUE(AwaitLog(*agent_, "a result was committed\" run=r-0000000002"));
  const CountingProxy::Counts second = proxy.counts();
  const int64_t bytes = second.besides_pings - first.besides_pings;
  RecordProperty("first_audit_bytes", static_cast<int>(first.bytes));
  RecordProperty("unchanged_audit_bytes", static_cast<int>(bytes));
  std::cout << "first audit of 20 plans: " << first.bytes
            << " bytes; unchanged: " << bytes << " bytes, with pings "
            << second.bytes - first.bytes << "\n";
  EXPECT_LT(bytes, 256);
  EXPECT_GT(bytes, 100);
  ExpectNoViolations();
}

TEST_F(AgentE2eTest, AKilledAgentLosesNothing) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  // While it measures.
  Start();
  Want("r1", 6);
  ASSERT_TRUE(AwaitLog(*agent_, "a run begins"));
  agent_->Signal(SIGKILL);
  agent_->Wait();
  Start();
  ASSERT_TRUE(server_->Await(IsCommitted("r1"))) << agent_->ErrorsSoFar();
  // With a result on disk that the controller has not taken.
  server_->Refuse(14, "restarting");
  server_->With([](FakeController& c) {
    c.Want("r2", Loopbacks(c, 6, World::kReplica));
  });
  server_->Refuse(0, "");
  ASSERT_TRUE(AwaitLog(*agent_, "a run ended\" run=r2"));
  agent_->Signal(SIGKILL);
  agent_->Wait();
  Start();
  ASSERT_TRUE(server_->Await(IsCommitted("r2"))) << agent_->ErrorsSoFar();
  ExpectNoViolations();
}

TEST_F(AgentE2eTest, AControllerThatIsStartedAgainGetsTheResult) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  Start();
  Want("r1", 8);
  ASSERT_TRUE(AwaitLog(*agent_, "a run begins"));
  RestartServer();
  ASSERT_TRUE(server_->Await(IsCommitted("r1"), 60)) << agent_->ErrorsSoFar();
  EXPECT_THAT(agent_->ErrorsSoFar(),
              HasSubstr("the stream to the controller ended"));
  ExpectNoViolations();
}

TEST_F(AgentE2eTest, SaysWhyAControllerCannotBeReached) {
  server_.reset();
  Start();
  EXPECT_TRUE(AwaitLog(*agent_, "status=UNAVAILABLE"));
  EXPECT_TRUE(AwaitLog(*agent_, "again_in="));
}

TEST_F(AgentE2eTest, WaitsWhereAnotherProcessHasItsIdentity) {
  server_->Refuse(6, "host-1 is connected from another process");
  Start();
  ASSERT_TRUE(AwaitLog(*agent_, "status=ALREADY_EXISTS"));
  EXPECT_TRUE(AwaitLog(*agent_, "host-1 is connected from another process"));
}

TEST_F(AgentE2eTest, AnAssignmentOutsideThePolicyIsRefusedWithTheReason) {
  Start();
  Want("r1", 1, World::kHost);
  ASSERT_TRUE(server_->Await(IsCommitted("r1"))) << agent_->ErrorsSoFar();
  const Report report = ReportOf("r1");
  ASSERT_THAT(report.results, SizeIs(1));
  EXPECT_EQ(report.results[0].end, AssignmentEnd::kPolicyRefused);
  EXPECT_THAT(report.results[0].reason, HasSubstr("'host'"));
}

TEST_F(AgentE2eTest, ACancelledRunIsGivenUp) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  Start();
  Want("r1", 60);
  ASSERT_TRUE(AwaitLog(*agent_, "a run begins"));
  server_->Tell([](FakeController& c) { c.Cancel("r1"); });
  ASSERT_TRUE(AwaitLog(*agent_, "a run ended\" run=r1 status=CANCELLED"));
  Want("r2", 1);
  EXPECT_TRUE(server_->Await(IsCommitted("r2"))) << agent_->ErrorsSoFar();
}

TEST_F(AgentE2eTest, SigtermStatesTheResultAndEndsInOrder) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  Start();
  Want("r1", 6);
  ASSERT_TRUE(AwaitLog(*agent_, "a run begins"));
  agent_->Signal(SIGTERM);
  const SubprocessEnd end = agent_->Wait();
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.err, HasSubstr("a run ended\" run=r1 status=OK"));
  server_->With([](FakeController& c) { EXPECT_TRUE(c.draining); });
  ExpectNoViolations();
}

TEST_F(AgentE2eTest, AnIdleAgentIsSmallAndStill) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  Start();
  Want("r1", 4);
  ASSERT_TRUE(AwaitLog(*agent_, "a result was committed"));
  const int64_t before = CpuTime(agent_->pid());
  std::this_thread::sleep_for(std::chrono::seconds(20));
  const int64_t used = CpuTime(agent_->pid()) - before;
  const int64_t resident = ResidentBytes(agent_->pid());
  std::cout << "idle: " << resident / 1024 << " KiB resident, " << used / 1000
            << " us of CPU in 20 s\n";
  EXPECT_LT(resident, int64_t{25} << 20);
  EXPECT_LT(used, 20'000'000);  // 0.1 % of 20 s, in nanoseconds
}

TEST_F(AgentE2eTest, RefusesToStartOnWhatItDoesNotUnderstand) {
  std::ofstream(folder_ / "policy") << "worlds: [replica]\nwrlds: host\n";
  Start({"--policy", folder_ / "policy"});
  SubprocessEnd end = agent_->Wait();
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("policy:2: unknown key 'wrlds'"));

  Start({"--policy", folder_ / "missing"});
  end = agent_->Wait();
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr(folder_ / "missing"));

  Start({"--label", "no value"});
  end = agent_->Wait();
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("name=value"));
}

TEST_F(AgentE2eTest, TwoAgentsDoNotShareAStateFolder) {
  Start();
  ASSERT_TRUE(AwaitLog(*agent_, "the controller answers"));
  const std::unique_ptr<Subprocess> second =
      StartAgent(address_, folder_ / "state");
  const SubprocessEnd end = second->Wait();
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("another agent uses the state folder"));
}

}  // namespace
}  // namespace sockdrift::testing
