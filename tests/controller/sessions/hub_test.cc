#include "controller/sessions/hub.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "controller/store/sqlite_store.h"
#include "core/behaviour/canonical.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/controller/sessions/limited_store.h"
#include "tests/controller/sessions/test_agent.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "wire/convert/bodies.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::LimitedStore;
using ::sockdrift::testing::StatusIs;
using ::sockdrift::testing::TestAgent;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class HubTest : public ::testing::Test {
 protected:
  HubTest() {
    plan_.plan.name = "bind.pair";
    plan_.plan.program = testing::BindPair();
    record_ = testing::Uniform(plan_.plan.program);
    Restart();
  }
  ~HubTest() override { hub_.reset(); }

  // What kill -9 and a new start come to: nothing but the disk remains.
  void Restart() {
    hub_.reset();
    programs_.reset();
    store_.reset();
    auto opened = SqliteStore::Open(folder_.path());
    ASSERT_OK(opened);
    store_ = std::make_unique<LimitedStore>(*std::move(opened));
    programs_ = std::make_unique<ProgramBook>(*store_);
    ASSERT_OK(programs_->Load());
    hub_ = std::make_unique<Hub>(*store_, *programs_, options_);
    ASSERT_OK(hub_->Start({plan_}));
  }
  v1::StartRunRequest RunRequest() const {
    v1::StartRunRequest request;
    request.add_plans()->set_name("bind.pair");
    request.mutable_timeout()->set_seconds(600);
    return request;
  }
  std::string StartRun() {
    const absl::StatusOr<RunView> view = hub_->StartRun(RunRequest());
    EXPECT_OK(view);
    return view.ok() ? view->run.run_id() : "";
  }
  TestAgent Connect(const std::string& host,
                    const std::string& uuid = "uuid-1") {
    return TestAgent(*hub_, host, uuid);
  }
  // The agent answers all that it is asked for until it is acknowledged.
  void Answer(TestAgent& agent, const std::string& run) {
    agent.Measure(run, plan_.plan, record_);
    store_->Flush();
  }
  RunHostRow RowOf(const std::string& run, const std::string& host) {
    store_->Flush();
    const auto rows = store_->RunHosts(run);
    for (const RunHostRow& row : *rows) {
      if (row.host == host) return row;
    }
    ADD_FAILURE() << host << " is not in run " << run;
    return {};
  }

  testing::TemporaryFolder folder_;
  HubOptions options_{.audit_interval = absl::ZeroDuration()};
  PlanOfRun plan_;
  Record record_;
  std::unique_ptr<LimitedStore> store_;
  std::unique_ptr<ProgramBook> programs_;
  std::unique_ptr<Hub> hub_;
};

TEST_F(HubTest, WelcomesAnAgentAndAsksForFactsThatItDoesNotKnow) {
  TestAgent agent = Connect("a");
  const auto first = agent.Take();
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_TRUE(first[0].has_welcome());
  EXPECT_TRUE(first[0].has_wanted());
  EXPECT_THAT(first[0].wanted().runs(), IsEmpty());
  EXPECT_THAT(first[0].facts_wanted(), SizeIs(1));
  agent.SendFacts();
  store_->Flush();
  agent.Close();
  TestAgent again = Connect("a", "uuid-2");
  EXPECT_THAT(again.Take()[0].facts_wanted(), IsEmpty());
}

TEST_F(HubTest, AnAnswerIsAcknowledgedWhenItIsOnTheDisk) {
  TestAgent agent = Connect("a");
  agent.SendFacts();
  const std::string run = StartRun();
  EXPECT_THAT(agent.WantedRuns(), ElementsAre(run));
  Answer(agent, run);
  EXPECT_THAT(agent.Committed(), ElementsAre(run));
  const RunHostRow row = RowOf(run, "a");
  EXPECT_EQ(row.state, RunHostState::kAnswered);
  ASSERT_TRUE(row.report.has_value());
  ASSERT_TRUE(row.facts.has_value());
  const auto sightings = store_->Sightings("a");
  ASSERT_THAT(*sightings, SizeIs(1));
  EXPECT_EQ((*sightings)[0].facts, row.facts);
  const auto view = hub_->ViewRun(run, 0);
  EXPECT_TRUE(view->ended);
  EXPECT_EQ(view->run.tally().answered_count(), 1);
  EXPECT_GT(view->run.plans(0).cells().done_count(), 0);
}

TEST_F(HubTest, AnEqualAnswerOfAnotherHostCostsNoBody) {
  TestAgent first = Connect("a");
  TestAgent second = Connect("b");
  first.SendFacts();
  second.SendFacts();
  const std::string run = StartRun();
  Answer(first, run);
  second.Measure(run, plan_.plan, record_);
  store_->Flush();
  EXPECT_THAT(second.Committed(), ElementsAre(run));
  EXPECT_EQ(second.reports_sent(), 0);
  EXPECT_EQ(second.records_sent(), 0);
}

TEST_F(HubTest, OnlyOneOfManyHostsIsAskedForABody) {
  TestAgent first = Connect("a");
  TestAgent second = Connect("b");
  first.SendFacts();
  second.SendFacts();
  const std::string run = StartRun();
  first.State(run, plan_.plan, record_);   // asked, and slow
  second.State(run, plan_.plan, record_);  // waits for the first
  EXPECT_TRUE(first.WasAskedForReport());
  EXPECT_FALSE(second.WasAskedForReport());
  first.AnswerAsks();
  store_->Flush();
  EXPECT_THAT(first.Committed(), ElementsAre(run));
  store_->Flush();
  EXPECT_THAT(second.Committed(), ElementsAre(run));
  EXPECT_EQ(second.records_sent(), 0);
}

TEST_F(HubTest, AnotherHostIsAskedWhenTheFirstOneLeft) {
  TestAgent first = Connect("a");
  TestAgent second = Connect("b");
  first.SendFacts();
  second.SendFacts();
  const std::string run = StartRun();
  first.State(run, plan_.plan, record_);
  second.State(run, plan_.plan, record_);
  first.Close();
  EXPECT_TRUE(second.WasAskedForReport());
  second.AnswerAsks();
  store_->Flush();
  EXPECT_THAT(second.Committed(), ElementsAre(run));
}

TEST_F(HubTest, AKilledControllerGoesOnFromTheRows) {
  std::string run;
  {
    TestAgent agent = Connect("a");
    agent.SendFacts();
    run = StartRun();
    store_->Flush();
  }
  Restart();
  TestAgent agent = Connect("a");
  EXPECT_THAT(agent.WantedRuns(), ElementsAre(run));
  Answer(agent, run);
  EXPECT_THAT(agent.Committed(), ElementsAre(run));
  EXPECT_TRUE(hub_->ViewRun(run, 0)->ended);
}

TEST_F(HubTest, ARunThatEndedLongAgoIsForgottenAndWhatItShowedStays) {
  std::string run;
  {
    TestAgent agent = Connect("a");
    agent.SendFacts();
    run = StartRun();
    Answer(agent, run);
  }
  ASSERT_OK(hub_->ViewRun(run, 0));
  options_.keep_runs = absl::Nanoseconds(1);
  Restart();
  store_->Flush();
  EXPECT_THAT(hub_->ViewRun(run, 0),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(run)));
  EXPECT_THAT(*store_->Sightings("a"), SizeIs(1));
}

TEST_F(HubTest, AnAcknowledgementThatWasLostIsGivenAgain) {
  std::string run;
  {
    TestAgent agent = Connect("a");
    Connect("never-answers").SendFacts();
    agent.SendFacts();
    run = StartRun();
    Answer(agent, run);
  }
  Restart();
  TestAgent agent = Connect("a");
  agent.State(run, plan_.plan, record_);
  EXPECT_THAT(agent.Committed(), ElementsAre(run));
  EXPECT_EQ(agent.reports_sent(), 0);
}

TEST_F(HubTest, AsksAgainForAResultThatWasLostAndStatedAgain) {
  TestAgent agent = Connect("a");
  agent.SendFacts();
  const std::string run = StartRun();
  agent.State(run, plan_.plan, record_);
  ASSERT_TRUE(agent.WasAskedForReport());
  agent.IgnoreAsks();
  Answer(agent, run);
  EXPECT_THAT(agent.Committed(), ElementsAre(run));
}

TEST_F(HubTest, RefusesABehaviourDigestThatIsNotTheRecords) {
  TestAgent agent = Connect("a");
  agent.SendFacts();
  const std::string run = StartRun();
  agent.LieAboutBehaviour();
  Answer(agent, run);
  EXPECT_THAT(agent.end(), StatusIs(absl::StatusCode::kInvalidArgument,
                                    HasSubstr("names behaviour")));
  EXPECT_EQ(RowOf(run, "a").state, RunHostState::kHeld);
}

TEST_F(HubTest, RefusesBytesThatAreNotWhatTheirDigestNames) {
  TestAgent agent = Connect("a");
  agent.SendFacts();
  const std::string run = StartRun();
  Record other = record_;
  testing::SetOutcome(other, 0, 0, "EADDRINUSE");
  agent.SendInstead(other);
  Answer(agent, run);
  EXPECT_EQ(agent.end().code(), absl::StatusCode::kInvalidArgument);
  const auto stored = store_->Record(
      RecordDigest(other, MeasurementDigest(plan_.plan.program)), false);
  EXPECT_EQ(stored.status().code(), absl::StatusCode::kNotFound);
}

TEST_F(HubTest, RefusesASecondProcessOfOneIdentityAndFlagsTheHost) {
  TestAgent first = Connect("a", "uuid-1");
  TestAgent second = Connect("a", "uuid-2");
  EXPECT_THAT(second.end(), StatusIs(absl::StatusCode::kAlreadyExists,
                                     HasSubstr("another agent process")));
  EXPECT_OK(first.end());
  EXPECT_TRUE(hub_->Hosts()[0].row.duplicate);
  EXPECT_EQ(hub_->Counts().duplicates_refused, 1);
}

TEST_F(HubTest, ANewStreamOfTheSameProcessReplacesTheOldOne) {
  TestAgent first = Connect("a", "uuid-1");
  TestAgent second(*hub_, "a", "uuid-1", /*sequence=*/10);
  EXPECT_EQ(first.end().code(), absl::StatusCode::kAborted);
  EXPECT_OK(second.end());
  EXPECT_FALSE(hub_->Hosts()[0].row.duplicate);
  // One that was overtaken on the way comes too late.
  TestAgent late(*hub_, "a", "uuid-1", /*sequence=*/5);
  EXPECT_EQ(late.end().code(), absl::StatusCode::kAborted);
}

TEST_F(HubTest, ACertificateSpeaksForItsHostOnly) {
  TestAgent good(*hub_, "a", "u", 1, {{"sockdrift:host:a"}});
  EXPECT_OK(good.end());
  TestAgent bad(*hub_, "b", "u", 1, {{"sockdrift:host:a", "a"}});
  EXPECT_THAT(bad.end(), StatusIs(absl::StatusCode::kPermissionDenied,
                                  HasSubstr("not for host \"b\"")));
}

TEST_F(HubTest, AStreamThatDoesNotBeginWithHelloIsEnded) {
  TestAgent agent(*hub_);
  agent.SendEmpty();
  EXPECT_THAT(agent.end(), StatusIs(absl::StatusCode::kInvalidArgument,
                                    HasSubstr("carries hello")));
}

TEST_F(HubTest, AFullDiskAcknowledgesNothingAndLosesNothing) {
  TestAgent agent = Connect("a");
  agent.SendFacts();
  const std::string run = StartRun();
  store_->Flush();
  store_->SetFull(true);
  Answer(agent, run);
  EXPECT_THAT(agent.Committed(), IsEmpty());
  EXPECT_THAT(agent.end(), StatusIs(absl::StatusCode::kResourceExhausted,
                                    HasSubstr("full")));
  agent.Close();
  store_->SetFull(false);
  TestAgent again(*hub_, "a", "uuid-1", /*sequence=*/100);
  Answer(again, run);
  EXPECT_THAT(again.Committed(), ElementsAre(run));
  EXPECT_EQ(RowOf(run, "a").state, RunHostState::kAnswered);
}

TEST_F(HubTest, ARunThatCannotBeStoredDoesNotBegin) {
  TestAgent agent = Connect("a");
  store_->SetFull(true);
  EXPECT_THAT(
      hub_->StartRun(RunRequest()),
      StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("full")));
  EXPECT_THAT(agent.WantedRuns(), IsEmpty());
}

TEST_F(HubTest, ExperimentsAreNoSightings) {
  TestAgent agent = Connect("a");
  agent.SendFacts();
  v1::StartRunRequest request = RunRequest();
  v1::SysctlOverride& override = *request.add_overrides();
  override.set_name("net.ipv6.bindv6only");
  override.set_value("1");
  const auto view = hub_->StartRun(request);
  ASSERT_OK(view);
  agent.set_overrides({{"net.ipv6.bindv6only", "1"}});
  Answer(agent, view->run.run_id());
  EXPECT_THAT(agent.Committed(), SizeIs(1));
  EXPECT_THAT(*store_->Sightings("a"), IsEmpty());
  EXPECT_THAT(hub_->Sightings(), IsEmpty());
}

TEST_F(HubTest, AHostThatJoinsIsAuditedAtOnce) {
  options_.audit_interval = absl::Hours(1);
  Restart();
  TestAgent agent = Connect("a");
  ASSERT_THAT(agent.WantedRuns(), SizeIs(1));
  const std::string run = agent.WantedRuns()[0];
  agent.SendFacts();
  Answer(agent, run);
  EXPECT_THAT(agent.Committed(), ElementsAre(run));
  // A second join within the interval asks for nothing.
  agent.Close();
  TestAgent again = Connect("a", "uuid-2");
  EXPECT_THAT(again.WantedRuns(), IsEmpty());
  // The same standing run goes on after a restart.
  again.Close();
  Restart();
  TestAgent third = Connect("b");
  EXPECT_THAT(third.WantedRuns(), ElementsAre(run));
}

TEST_F(HubTest, OtherPlansEndTheStandingRunAndBeginOne) {
  options_.audit_interval = absl::Hours(1);
  Restart();
  std::string before;
  {
    TestAgent agent = Connect("a");
    agent.SendFacts();
    ASSERT_THAT(agent.WantedRuns(), SizeIs(1));
    before = agent.WantedRuns()[0];
  }
  // The same plans change nothing.
  ASSERT_OK(hub_->UseCatalogue({plan_}));
  EXPECT_FALSE(hub_->ViewRun(before, 0)->ended);
  PlanOfRun other = plan_;
  other.plan.name = "own.pair";
  other.plan.program.repeats = 3;
  ASSERT_OK(hub_->UseCatalogue({plan_, other}));
  EXPECT_TRUE(hub_->ViewRun(before, 0)->ended);
  store_->Flush();
  EXPECT_THAT(*hub_->ListRuns(10), SizeIs(2));
  // So does a start with the former plans.
  Restart();
  store_->Flush();
  EXPECT_THAT(*hub_->ListRuns(10), SizeIs(3));
}

TEST_F(HubTest, ARunMayAddPlansToTheWholeCatalogue) {
  TestAgent agent = Connect("a");
  v1::StartRunRequest request;
  request.mutable_timeout()->set_seconds(600);
  request.set_with_catalogue(true);
  v1::PlanSource& source = *request.add_plans()->mutable_source();
  source.set_file("own.yaml");
  source.set_yaml(
      "plan: own.socket\ntitle: One socket\nsteps:\n"
      "  - socket: {as: s, family: inet, type: stream, observe: s}\n"
      "  - close: s\n");
  const auto both = hub_->StartRun(request);
  ASSERT_OK(both);
  EXPECT_EQ(both->run.plans_size(), 2);
  source.set_yaml(
      absl::StrReplaceAll(source.yaml(), {{"own.socket", "bind.pair"}}));
  EXPECT_THAT(hub_->StartRun(request),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("bind.pair stands twice")));
}

TEST_F(HubTest, RefusesRunsThatCouldNotTellAnything) {
  EXPECT_THAT(hub_->StartRun(RunRequest()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("no host matches")));
  TestAgent agent = Connect("a");
  v1::StartRunRequest request = RunRequest();
  request.set_selector("pool=x");
  EXPECT_THAT(hub_->StartRun(request),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("selector \"pool=x\"")));
  request = RunRequest();
  request.mutable_timeout()->set_seconds(0);
  EXPECT_THAT(hub_->StartRun(request),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("deadline of more than 0s")));
  request = RunRequest();
  request.set_selector("pool==");
  EXPECT_THAT(
      hub_->StartRun(request),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("column 7")));
  request = RunRequest();
  request.mutable_plans(0)->set_name("bind.nothing");
  EXPECT_THAT(hub_->StartRun(request), StatusIs(absl::StatusCode::kNotFound,
                                                HasSubstr("it has bind.pair")));
  request = RunRequest();
  request.set_world(v1::WORLD_OWN);
  request.add_overrides()->set_name("net.ipv6.bindv6only");
  EXPECT_THAT(
      hub_->StartRun(request),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not fresh")));
}

TEST_F(HubTest, ManyEqualHostsCostOneSetOfBodies) {
  constexpr int kHosts = 2000;
  std::vector<TestAgent> agents;
  agents.reserve(kHosts);
  for (int i = 0; i < kHosts; ++i) {
    agents.push_back(Connect(absl::StrCat("host-", i)));
    if (i == 0) agents[0].SendFacts();
  }
  store_->Flush();
  const std::string run = StartRun();
  for (TestAgent& agent : agents) agent.State(run, plan_.plan, record_);
  for (TestAgent& agent : agents) agent.AnswerAsks();
  store_->Flush();
  store_->Flush();  // those that waited commit after the first one did
  int records = 0;
  for (const TestAgent& agent : agents) records += agent.records_sent();
  EXPECT_EQ(records, 1);
  const auto view = hub_->ViewRun(run, 0);
  ASSERT_OK(view);
  EXPECT_EQ(view->run.tally().answered_count(), kHosts);
  EXPECT_TRUE(view->ended);
}

TEST_F(HubTest, CancelTellsTheAgentsByLeavingTheRunOut) {
  TestAgent agent = Connect("a");
  const std::string run = StartRun();
  EXPECT_THAT(agent.WantedRuns(), ElementsAre(run));
  const auto view = hub_->CancelRun(run);
  ASSERT_OK(view);
  EXPECT_EQ(view->run.phase(), v1::RUN_PHASE_CANCELLED);
  EXPECT_THAT(agent.WantedRuns(), IsEmpty());
  EXPECT_EQ(RowOf(run, "a").state, RunHostState::kLate);
  EXPECT_THAT(hub_->CancelRun("nothing"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no run")));
}

}  // namespace
}  // namespace sockdrift
