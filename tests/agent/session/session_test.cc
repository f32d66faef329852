#include "agent/session/session.h"

#include <deque>

#include "agent/session/measure.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/session/fake_controller.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::FakeController;
using ::sockdrift::testing::StatusIs;
using ::sockdrift::testing::TemporaryFolder;
using ::sockdrift::testing::Uniform;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// An agent process without threads: what it keeps in memory is its session.
class FakeAgent {
 public:
  explicit FakeAgent(const std::string& folder, int* measured)
      : spool_(*Spool::Open(folder + "/spool", {})),
        sets_(*BodyCache::Open(folder + "/sets", 1 << 20)),
        programs_(*BodyCache::Open(folder + "/programs", 1 << 20)),
        session_({.host_id = "host",
                  .process_uuid = NewUuid(),
                  .labels = {{"pool", "canary"}},
                  .policy = {}},
                 *spool_, *sets_, *programs_),
        measured_(measured) {}

  Session& session() { return session_; }
  Spool& spool() { return *spool_; }

  // Makes the next run, if there is one, with `outcome` everywhere.
  bool Work(const Facts& facts = {{"kernel", "6.1"}},
            const std::string& outcome = "ok") {
    const std::optional<RunOrder> order = session_.TakeOrder(SteadyTime());
    if (!order.has_value()) return false;
    ++*measured_;
    return Finish(*order, facts, outcome);
  }

  bool Finish(const RunOrder& order, const Facts& facts = {{"kernel", "6.1"}},
              const std::string& outcome = "ok") {
    MeasureOptions options;
    options.program = [this](const Digest& d) { return programs_->Find(d); };
    options.cancelled = [] { return false; };
    options.progress = [](int, int) {};
    options.run_jobs = [&](const std::vector<Job>& jobs,
                           const SuperviseOptions&, int, const auto&) {
      std::vector<absl::StatusOr<ProbeResult>> results;
      for (const Job& job : jobs) {
        ProbeResult result;
        result.end = ProbeEnd::kFinished;
        result.record = Uniform(job.program, outcome);
        results.push_back(result);
      }
      return results;
    };
    absl::StatusOr<Measured> measured = MeasureSet(order, options);
    EXPECT_OK(measured);
    if (!measured.ok()) return false;
    spool_->Put({.run_id = order.run_id,
                 .report = measured->report,
                 .facts = facts,
                 .end = absl::FromUnixSeconds(1'700'000'000),
                 .records = measured->records});
    session_.UpdateFacts(facts);
    session_.OrderEnded(/*in_spool=*/true, measured->counts);
    return true;
  }

 private:
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<BodyCache> sets_;
  std::unique_ptr<BodyCache> programs_;
  Session session_;
  int* measured_;
};

class SessionTest : public ::testing::Test {
 protected:
  SessionTest() { Restart(); }

  void Restart() {
    agent_.reset();
    agent_ = std::make_unique<FakeAgent>(folder_.path(), &measured_);
  }

  AssignmentSet SetOf(std::vector<Program> programs) {
    AssignmentSet set;
    for (const Program& program : programs) {
      set.assignments.push_back({.plan = "plan",
                                 .measurement = controller_.AddProgram(program),
                                 .world = World::kReplica});
    }
    return set;
  }
  AssignmentSet TwoPlans() {
    return SetOf({BindPair(), BindPair({"0.0.0.0", "127.0.0.1"})});
  }

  void Connect(const Facts& facts = {{"kernel", "6.1"}}) {
    to_controller_.clear();
    to_agent_.clear();
    controller_.StreamEnded();
    agent_->session().Opened(facts);
  }

  // Delivers one message, or makes one run; false when nothing is left to do.
  bool Step() {
    for (v1::SyncRequest& request : agent_->session().TakeRequests()) {
      bytes_ += request.ByteSizeLong();
      to_controller_.push_back(std::move(request));
    }
    if (!to_controller_.empty()) {
      const v1::SyncRequest request = std::move(to_controller_.front());
      to_controller_.pop_front();
      std::optional<v1::SyncResponse> response = controller_.Handle(request);
      if (response.has_value()) Tell(*response);
      return true;
    }
    if (!to_agent_.empty()) {
      const v1::SyncResponse response = std::move(to_agent_.front());
      to_agent_.pop_front();
      EXPECT_OK(agent_->session().Receive(response, SteadyTime()));
      return true;
    }
    return agent_->Work();
  }
  void Settle() {
    while (Step()) {
    }
  }
  void Tell(const v1::SyncResponse& response) {
    bytes_ += response.ByteSizeLong();
    to_agent_.push_back(response);
  }

  TemporaryFolder folder_;
  FakeController controller_;
  std::unique_ptr<FakeAgent> agent_;
  std::deque<v1::SyncRequest> to_controller_;
  std::deque<v1::SyncResponse> to_agent_;
  int measured_ = 0;
  size_t bytes_ = 0;
};

TEST_F(SessionTest, AFirstAuditFetchesWhatIsMissingAndIsCommitted) {
  controller_.Want("r1", TwoPlans());
  Connect();
  Settle();
  ASSERT_NE(controller_.Committed("r1"), nullptr);
  EXPECT_THAT(controller_.Committed("r1")->results, SizeIs(2));
  EXPECT_EQ(controller_.sets_sent, 1);
  EXPECT_EQ(controller_.programs_sent, 2);
  EXPECT_EQ(controller_.records_received, 2);
  EXPECT_THAT(agent_->spool().Results(), IsEmpty());
  EXPECT_THAT(controller_.violations, IsEmpty());
}

TEST_F(SessionTest, TheHelloSaysWhoTheAgentIs) {
  Connect();
  Settle();
  ASSERT_THAT(controller_.hellos, SizeIs(1));
  const v1::Hello& hello = controller_.hellos[0];
  EXPECT_EQ(hello.host_id(), "host");
  EXPECT_THAT(hello.process_uuid(), SizeIs(36));
  EXPECT_EQ(hello.labels(0).name(), "pool");
  ASSERT_EQ(hello.worlds_size(), 4);
  EXPECT_TRUE(hello.worlds(0).available());
  EXPECT_FALSE(hello.worlds(3).available());
  EXPECT_THAT(hello.worlds(3).reason(), HasSubstr("'host'"));
  EXPECT_FALSE(hello.root_cgroup().available());
  EXPECT_THAT(hello.root_cgroup().reason(), HasSubstr("root_cgroup"));
}

TEST_F(SessionTest, AnUnchangedAuditIsOneDigestEachWayWhateverTheCatalogue) {
  std::vector<Program> many;
  for (int i = 0; i < 40; ++i) {
    many.push_back(BindPair({"127.0.0." + std::to_string(i + 1)}));
  }
  const AssignmentSet set = SetOf(many);
  controller_.Want("run-0000000001", set);
  Connect();
  Settle();
  controller_.Want("run-0000000002", set, 600);
  bytes_ = 0;
  Tell(controller_.Wanted());
  Settle();
  EXPECT_NE(controller_.Committed("run-0000000002"), nullptr);
  EXPECT_EQ(measured_, 2);
  EXPECT_EQ(controller_.reports_received, 1);
  EXPECT_LE(bytes_, 160u);
}

TEST_F(SessionTest, AChangedOutcomeSendsTheChangedRecordOnly) {
  const AssignmentSet set = TwoPlans();
  controller_.Want("r1", set);
  Connect();
  Settle();
  controller_.Want("r2", set);
  EXPECT_OK(agent_->session().Receive(controller_.Wanted(), SteadyTime()));
  EXPECT_TRUE(agent_->Work({{"kernel", "6.1"}}, "EADDRINUSE"));
  Settle();
  EXPECT_NE(controller_.Committed("r2"), nullptr);
  EXPECT_EQ(controller_.reports_received, 2);
  EXPECT_EQ(controller_.records_received, 4);
}

// Breaks the stream after every number of steps; with the agent's and the
// controller's memory lost, or not. Nothing is lost, nothing is made twice that
// was on disk.
class BreakTest : public SessionTest,
                  public ::testing::WithParamInterface<bool> {};

TEST_P(BreakTest, NothingIsLostWhereverTheStreamBreaks) {
  const bool process_dies = GetParam();
  int steps_of_a_whole_audit = 1000;
  for (int cut = 0; cut <= steps_of_a_whole_audit; ++cut) {
    const std::string id = "r" + std::to_string(cut);
    // Another program each time, so that everything must be fetched.
    controller_.Want(id,
                     SetOf({BindPair({"127.0.1." + std::to_string(cut + 1)})}));
    Connect();
    int steps = 0;
    while (steps < cut && Step()) ++steps;
    if (steps < cut) steps_of_a_whole_audit = steps;
    if (process_dies) {
      Restart();
    } else {
      agent_->session().Closed();
    }
    const int before = measured_;
    const bool had_result = !agent_->spool().Results().empty();
    Connect();
    Settle();
    ASSERT_NE(controller_.Committed(id), nullptr) << "cut after " << cut;
    EXPECT_THAT(agent_->spool().Results(), IsEmpty()) << "cut after " << cut;
    EXPECT_EQ(measured_, had_result ? before : measured_);
    EXPECT_THAT(controller_.violations, IsEmpty());
    // A process that starts anew counts anew.
    if (process_dies) controller_ = FakeController();
    if (process_dies) Restart();
  }
  EXPECT_GE(steps_of_a_whole_audit, 8);
}

INSTANTIATE_TEST_SUITE_P(All, BreakTest, ::testing::Bool(),
                         [](const auto& dies) {
                           return dies.param ? "ProcessDies" : "StreamOnly";
                         });

TEST_F(SessionTest, AResultMadeWhileDisconnectedIsInTheNextHello) {
  controller_.Want("r1", TwoPlans());
  Connect();
  while (!agent_->session().making_a_run()) {
    if (const auto order = agent_->session().TakeOrder(SteadyTime())) {
      agent_->session().Closed();
      EXPECT_TRUE(agent_->Finish(*order));
      break;
    }
    ASSERT_TRUE(Step());
  }
  EXPECT_THAT(agent_->session().TakeRequests(), IsEmpty());
  Connect();
  const std::vector<v1::SyncRequest> hello = agent_->session().TakeRequests();
  ASSERT_THAT(hello, SizeIs(1));
  EXPECT_EQ(hello[0].results(0).run_id(), "r1");
}

TEST_F(SessionTest, ARunThatIsNoLongerListedIsCancelled) {
  controller_.Want("r1", TwoPlans());
  Connect();
  std::optional<RunOrder> order;
  while (!order.has_value()) {
    ASSERT_TRUE(Step() || measured_ > 0);
    order = agent_->session().TakeOrder(SteadyTime());
  }
  EXPECT_FALSE(agent_->session().OrderCancelled());
  controller_.Cancel("r1");
  EXPECT_OK(agent_->session().Receive(controller_.Wanted(), SteadyTime()));
  EXPECT_TRUE(agent_->session().OrderCancelled());
  // It may have ended at that very moment.
  EXPECT_TRUE(agent_->Finish(*order));
  EXPECT_THAT(agent_->spool().Results(), IsEmpty());
  EXPECT_THAT(agent_->session().TakeRequests(), IsEmpty());
}

TEST_F(SessionTest, AResultThatIsNoLongerWantedIsDropped) {
  controller_.Want("r1", TwoPlans());
  Connect();
  while (agent_->spool().Results().empty()) ASSERT_TRUE(Step());
  controller_.Cancel("r1");
  Restart();
  Connect();
  Settle();
  EXPECT_THAT(agent_->spool().Results(), IsEmpty());
  EXPECT_EQ(controller_.Committed("r1"), nullptr);
}

TEST_F(SessionTest, ADeadlineOfZeroIsNotStarted) {
  controller_.Want("r1", TwoPlans(), 0);
  Connect();
  Settle();
  EXPECT_EQ(measured_, 0);
  EXPECT_EQ(controller_.programs_sent, 2);
}

TEST_F(SessionTest, RunsAreMadeInTheControllersOrderOneAtATime) {
  controller_.Want("a", TwoPlans());
  controller_.Want("b", TwoPlans());
  Connect();
  std::optional<RunOrder> first;
  while (!(first = agent_->session().TakeOrder(SteadyTime())).has_value()) {
    ASSERT_TRUE(Step());
  }
  EXPECT_EQ(first->run_id, "a");
  EXPECT_FALSE(agent_->session().TakeOrder(SteadyTime()).has_value());
  EXPECT_TRUE(agent_->Finish(*first));
  EXPECT_EQ(agent_->session().TakeOrder(SteadyTime())->run_id, "b");
}

TEST_F(SessionTest, ALostResultIsMeasuredAgain) {
  controller_.Want("r1", TwoPlans());
  Connect();
  while (agent_->spool().Results().empty()) ASSERT_TRUE(Step());
  agent_->spool().Remove("r1");
  Settle();
  EXPECT_NE(controller_.Committed("r1"), nullptr);
  EXPECT_EQ(measured_, 2);
}

TEST_F(SessionTest, AResultKeepsTheFactsUnderWhichItWasMeasured) {
  controller_.Want("r1", TwoPlans());
  Connect();
  while (agent_->spool().Results().empty()) ASSERT_TRUE(Step());
  Restart();
  Connect({{"kernel", "6.12"}});
  Settle();
  ASSERT_NE(controller_.FactsOf("r1"), nullptr);
  EXPECT_EQ(controller_.FactsOf("r1")->at("kernel"), "6.1");
}

TEST_F(SessionTest, FactsThatChangedSinceTheHelloAreNamedInTheResult) {
  controller_.Want("r1", TwoPlans());
  Connect({{"kernel", "5.10"}});
  Settle();  // makes the run under 6.1
  ASSERT_NE(controller_.FactsOf("r1"), nullptr);
  EXPECT_EQ(controller_.FactsOf("r1")->at("kernel"), "6.1");
}

TEST_F(SessionTest, ProgressIsSentAsOftenAsAskedForAndNotMoreOften) {
  controller_.Want("r1", TwoPlans());
  controller_.AskForProgress("r1", 100);
  Connect();
  std::optional<RunOrder> order;
  while (!(order = agent_->session().TakeOrder(SteadyTime())).has_value()) {
    ASSERT_TRUE(Step());
  }
  const auto at = [](int ms) {
    return SteadyTime() + std::chrono::milliseconds(ms);
  };
  agent_->session().Progressed(1, 9, at(1000));
  agent_->session().Progressed(2, 9, at(1050));
  agent_->session().Progressed(3, 9, at(1101));
  EXPECT_TRUE(agent_->Finish(*order));
  Settle();
  ASSERT_THAT(controller_.progress, SizeIs(2));
  EXPECT_EQ(controller_.progress[1].finished_count(), 3);
  EXPECT_EQ(controller_.progress[1].total_count(), 9);
  EXPECT_EQ(controller_.progress[1].state(), v1::RUN_STATE_RUNNING);
}

TEST_F(SessionTest, AShortRunSaysNothingOfItsProgress) {
  controller_.Want("r1", TwoPlans());
  Connect();
  std::optional<RunOrder> order;
  while (!(order = agent_->session().TakeOrder(SteadyTime())).has_value()) {
    ASSERT_TRUE(Step());
  }
  const auto at = [](int seconds) {
    return SteadyTime() + std::chrono::seconds(seconds);
  };
  agent_->session().Progressed(1, 3, at(9));
  EXPECT_THAT(agent_->session().TakeRequests(), IsEmpty());
  agent_->session().Progressed(2, 3, at(10));
  EXPECT_THAT(agent_->session().TakeRequests(), SizeIs(1));
  EXPECT_TRUE(agent_->Finish(*order));
}

TEST_F(SessionTest, CountersComeWhenAskedFor) {
  controller_.Want("r1", TwoPlans());
  Connect();
  Settle();
  EXPECT_FALSE(controller_.counters.has_value());
  v1::SyncResponse ask;
  ask.set_counters_wanted(true);
  Tell(ask);
  Settle();
  ASSERT_TRUE(controller_.counters.has_value());
  EXPECT_EQ(controller_.counters->runs_finished_count(), 1);
  EXPECT_EQ(controller_.counters->probes_started_count(), 2);
  EXPECT_EQ(controller_.counters->sessions_opened_count(), 1);
}

TEST_F(SessionTest, ADrainingAgentTakesNothingUpAndSaysSo) {
  controller_.Want("r1", TwoPlans());
  Connect();
  agent_->session().Drain();
  Settle();
  EXPECT_TRUE(controller_.draining);
  EXPECT_EQ(measured_, 0);
}

struct BadResponse {
  const char* name;
  void (*spoil)(v1::SyncResponse&);
  const char* message;
};
class BadResponseTest : public SessionTest,
                        public ::testing::WithParamInterface<BadResponse> {};

TEST_P(BadResponseTest, IsAnErrorThatNamesTheRule) {
  controller_.Want("r1", TwoPlans());
  v1::SyncResponse response = controller_.Wanted();
  GetParam().spoil(response);
  Connect();
  EXPECT_THAT(agent_->session().Receive(response, SteadyTime()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadResponseTest,
    ::testing::Values(
        BadResponse{"RunIdWithSlash",
                    [](v1::SyncResponse& r) {
                      r.mutable_wanted()->mutable_runs(0)->set_run_id("../x");
                    },
                    "run id '../x'"},
        BadResponse{"EmptyRunId",
                    [](v1::SyncResponse& r) {
                      r.mutable_wanted()->mutable_runs(0)->clear_run_id();
                    },
                    "run id ''"},
        BadResponse{"ShortSetDigest",
                    [](v1::SyncResponse& r) {
                      r.mutable_wanted()->mutable_runs(0)->set_set_digest("x");
                    },
                    "32"},
        BadResponse{"RunTwice",
                    [](v1::SyncResponse& r) {
                      *r.mutable_wanted()->add_runs() = r.wanted().runs(0);
                    },
                    "wanted twice"},
        BadResponse{"ProgramOfAnotherDigest",
                    [](v1::SyncResponse& r) {
                      v1::Program& program = *r.add_programs();
                      program.set_measurement_digest(std::string(32, 'x'));
                      program.set_canonical_zstd("no frame");
                    },
                    "zstd"},
        BadResponse{"EmptySet",
                    [](v1::SyncResponse& r) {
                      r.add_sets()->set_set_digest(std::string(32, 'x'));
                    },
                    "0 assignments"}),
    [](const auto& bad) { return std::string(bad.param.name); });

}  // namespace
}  // namespace sockdrift
