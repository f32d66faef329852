#include "controller/runs/run_book.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::StatusIs;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
using RunState = sockdrift::Run;  // ::testing::Test has a Run of its own

class RunBookTest : public ::testing::Test {
 protected:
  void Connect(const std::string& host) {
    HostClaim claim;
    claim.host_id = host;
    claim.process_uuid = "u-" + host;
    claim.min_program_version = 1;
    claim.max_program_version = 1;
    ASSERT_OK(fleet_.Join(claim, ++session_, kNow));
  }
  void Disconnect(const std::string& host) {
    fleet_.Leave(host, *fleet_.Find(host)->session, kNow);
  }
  RunState& Start(RunRow row, absl::Duration jitter = absl::ZeroDuration()) {
    row.created = kNow;
    if (row.deadline == absl::Time()) row.deadline = kNow + absl::Minutes(1);
    RunState run;
    run.row = row;
    auto set = std::make_shared<AssignmentSet>();
    set->assignments.resize(1);
    set->assignments[0].plan = "p";
    run.set = set;
    if (!row.standing) {
      for (RunHostRow& host :
           SelectedRows(row, fleet_.Select(Selector(), false), jitter,
                        [] { return 0.5; })) {
        run.hosts[host.host].row = host;
      }
    }
    return book_.Take(std::move(run));
  }
  void Advance(absl::Duration after) { book_.Advance(kNow + after, changes_); }
  void AnswerOf(const std::string& run, const std::string& host,
                RunHostState state = RunHostState::kAnswered) {
    book_.BeginAnswer(run, host);
    RunHostRow row = book_.Find(run)->hosts.find(host)->second.row;
    row.state = state;
    book_.FinishAnswer(row, Digest(), {CellTally{.done = 10}}, kNow, changes_);
  }
  RunHostState StateOf(const std::string& run, const std::string& host) {
    return book_.Find(run)->hosts.find(host)->second.row.state;
  }
  std::string ReasonOf(const std::string& run, const std::string& host) {
    return book_.Find(run)->hosts.find(host)->second.row.reason;
  }

  Fleet fleet_;
  RunBook book_{fleet_};
  RunChanges changes_;
  SessionId session_ = 0;
};

TEST_F(RunBookTest, TellsConnectedHostsAtOnce) {
  Connect("a");
  fleet_.Add("gone", kNow);
  Start({.id = "r"});
  Advance(absl::ZeroDuration());
  EXPECT_EQ(StateOf("r", "a"), RunHostState::kHeld);
  EXPECT_EQ(StateOf("r", "gone"), RunHostState::kWanted);
  EXPECT_THAT(changes_.told, ::testing::ElementsAre("a"));
  ASSERT_EQ(book_.WantedOf("a").size(), 1u);
  EXPECT_TRUE(book_.WantedOf("gone").empty());
}

TEST_F(RunBookTest, EndsWhenEveryHostHasAnswered) {
  Connect("a");
  Connect("b");
  RunState& run = Start({.id = "r"});
  Advance(absl::ZeroDuration());
  AnswerOf("r", "a");
  EXPECT_TRUE(run.running());
  AnswerOf("r", "b", RunHostState::kFailed);
  EXPECT_EQ(run.row.phase, RunPhase::kFinished);
  EXPECT_EQ(run.cells[0].done, 20);
  EXPECT_TRUE(book_.WantedOf("a").empty());
}

TEST_F(RunBookTest, AHostThatMovesNoProbesIsNotAskedTo) {
  Connect("a");
  fleet_.Find("a")->root_cgroup_refused = "not out of its cgroup";
  Start({.id = "r"});
  Advance(absl::ZeroDuration());
  EXPECT_EQ(StateOf("r", "a"), RunHostState::kHeld);

  RunState& leaving = Start({.id = "leaving"});
  AssignmentSet set = *leaving.set;
  set.assignments[0].root_cgroup = true;
  leaving.set = std::make_shared<AssignmentSet>(set);
  Advance(absl::ZeroDuration());
  EXPECT_EQ(StateOf("leaving", "a"), RunHostState::kRefused);
  EXPECT_EQ(ReasonOf("leaving", "a"), "not out of its cgroup");
}

TEST_F(RunBookTest, PutsEachSelectedHostInExactlyOneListAtTheDeadline) {
  for (const char* host : {"answers", "fails", "refuses", "slow", "leaves"}) {
    Connect(host);
  }
  fleet_.Add("never", kNow);
  fleet_.Find("refuses")->worlds_refused[World::kReplica] = "policy";
  RunState& run = Start({.id = "r"});
  Advance(absl::ZeroDuration());
  AnswerOf("r", "answers");
  AnswerOf("r", "fails", RunHostState::kFailed);
  book_.Progress("r", "slow", 4, 10, changes_);
  Disconnect("leaves");
  Advance(absl::Seconds(59));
  EXPECT_TRUE(run.running());
  Advance(absl::Seconds(60));
  EXPECT_EQ(run.row.phase, RunPhase::kFinished);
  EXPECT_EQ(StateOf("r", "answers"), RunHostState::kAnswered);
  EXPECT_EQ(StateOf("r", "fails"), RunHostState::kFailed);
  EXPECT_EQ(StateOf("r", "refuses"), RunHostState::kRefused);
  EXPECT_THAT(ReasonOf("r", "refuses"), HasSubstr("policy"));
  EXPECT_EQ(StateOf("r", "slow"), RunHostState::kLate);
  EXPECT_THAT(ReasonOf("r", "slow"), HasSubstr("4 of 10 cell runs"));
  EXPECT_EQ(StateOf("r", "leaves"), RunHostState::kOffline);
  EXPECT_EQ(StateOf("r", "never"), RunHostState::kOffline);
  const RunTally tally = run.tally;
  EXPECT_EQ(tally.selected, 6);
  int listed = 0;
  for (const auto& [state, count] : tally.hosts) {
    EXPECT_TRUE(count == 0 || IsFinal(state));
    listed += count;
  }
  EXPECT_EQ(listed, 6);
}

TEST_F(RunBookTest, KeepsTheCapOnHostsAtOnce) {
  for (const char* host : {"a", "b", "c"}) Connect(host);
  RunState& run = Start({.id = "r", .parallel_limit = 2});
  Advance(absl::ZeroDuration());
  EXPECT_EQ(run.tally.Of(RunHostState::kHeld), 2);
  AnswerOf("r", "a");
  EXPECT_EQ(StateOf("r", "c"), RunHostState::kHeld);
}

TEST_F(RunBookTest, AHostThatIsGoneDoesNotKeepTheOthersWaiting) {
  for (const char* host : {"a", "b"}) Connect(host);
  Start({.id = "r", .parallel_limit = 1});
  Advance(absl::ZeroDuration());
  EXPECT_EQ(StateOf("r", "b"), RunHostState::kWanted);
  Disconnect("a");
  Advance(absl::Seconds(1));
  EXPECT_EQ(StateOf("r", "a"), RunHostState::kHeld);
  EXPECT_EQ(StateOf("r", "b"), RunHostState::kHeld);
}

TEST_F(RunBookTest, JitterHoldsAHostBackAndSaysWhenItsTurnComes) {
  Connect("a");
  Start({.id = "r"}, absl::Seconds(10));
  Advance(absl::ZeroDuration());
  EXPECT_EQ(StateOf("r", "a"), RunHostState::kWanted);
  EXPECT_EQ(book_.NextEvent(kNow), kNow + absl::Seconds(5));
  Advance(absl::Seconds(5));
  EXPECT_EQ(StateOf("r", "a"), RunHostState::kHeld);
  EXPECT_EQ(book_.NextEvent(kNow + absl::Seconds(5)), kNow + absl::Minutes(1));
}

TEST_F(RunBookTest, AStandingRunTakesHostsInAsTheyComeAndEndsByTimeOnly) {
  RunState& run = Start({.id = "s", .standing = true});
  Advance(absl::ZeroDuration());
  EXPECT_TRUE(run.running());
  Connect("a");
  book_.HostCame(*fleet_.Find("a"), kNow, changes_);
  EXPECT_EQ(StateOf("s", "a"), RunHostState::kHeld);
  AnswerOf("s", "a");
  EXPECT_TRUE(run.running());
  changes_ = {};
  book_.HostCame(*fleet_.Find("a"), kNow, changes_);
  EXPECT_TRUE(changes_.told.empty());
  Advance(absl::Minutes(1));
  EXPECT_EQ(run.row.phase, RunPhase::kFinished);
}

TEST_F(RunBookTest, AStandingRunTakesOnlyHostsThatItSelects) {
  Start({.id = "s", .standing = true, .selector = "pool=x"});
  Connect("a");
  book_.HostCame(*fleet_.Find("a"), kNow, changes_);
  EXPECT_TRUE(book_.Find("s")->hosts.empty());
  fleet_.Find("a")->row.labels["pool"] = "x";
  book_.HostCame(*fleet_.Find("a"), kNow, changes_);
  EXPECT_EQ(StateOf("s", "a"), RunHostState::kHeld);
}

TEST_F(RunBookTest, CancelEndsTheRunAtOnce) {
  Connect("a");
  RunState& run = Start({.id = "r"});
  Advance(absl::ZeroDuration());
  changes_ = {};
  ASSERT_OK(book_.Cancel("r", kNow, changes_));
  EXPECT_EQ(run.row.phase, RunPhase::kCancelled);
  EXPECT_EQ(StateOf("r", "a"), RunHostState::kLate);
  EXPECT_THAT(changes_.told, ::testing::ElementsAre("a"));
  EXPECT_THAT(book_.Cancel("r", kNow, changes_),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("under way")));
}

TEST_F(RunBookTest, AnAnswerOnItsWayToTheDiskDecidesBeforeTheDeadlineDoes) {
  Connect("a");
  RunState& run = Start({.id = "r"});
  Advance(absl::ZeroDuration());
  EXPECT_TRUE(book_.Wants("r", "a"));
  book_.BeginAnswer("r", "a");
  EXPECT_FALSE(book_.Wants("r", "a"));
  Advance(absl::Minutes(2));
  EXPECT_TRUE(run.running());
  RunHostRow row = run.hosts.find("a")->second.row;
  row.state = RunHostState::kAnswered;
  book_.FinishAnswer(row, Digest(), {}, kNow + absl::Minutes(2), changes_);
  EXPECT_EQ(StateOf("r", "a"), RunHostState::kAnswered);
  EXPECT_EQ(run.row.phase, RunPhase::kFinished);
}

TEST_F(RunBookTest, AnAnswerThatCouldNotBeStoredIsWantedStill) {
  Connect("a");
  Start({.id = "r"});
  Advance(absl::ZeroDuration());
  book_.BeginAnswer("r", "a");
  book_.DropAnswer("r", "a");
  EXPECT_TRUE(book_.Wants("r", "a"));
  Advance(absl::Minutes(1));
  EXPECT_EQ(StateOf("r", "a"), RunHostState::kLate);
}

TEST_F(RunBookTest, AnAgentOfAnotherProgramVersionFailsWithAReason) {
  Connect("a");
  fleet_.Find("a")->min_program_version = 7;
  fleet_.Find("a")->max_program_version = 8;
  Start({.id = "r"});
  Advance(absl::ZeroDuration());
  EXPECT_EQ(StateOf("r", "a"), RunHostState::kFailed);
  EXPECT_THAT(ReasonOf("r", "a"), HasSubstr("versions 7 to 8"));
}

TEST_F(RunBookTest, ForgetsEndedRunsThatNobodyWatches) {
  Connect("a");
  Start({.id = "r"});
  RunState& watched = Start({.id = "w"});
  watched.watchers = 1;
  for (const char* run : {"r", "w"}) {
    ASSERT_OK(book_.Cancel(run, kNow, changes_));
  }
  book_.Forget(kNow);
  EXPECT_NE(book_.Find("r"), nullptr);
  book_.Forget(kNow + absl::Seconds(1));
  EXPECT_EQ(book_.Find("r"), nullptr);
  EXPECT_NE(book_.Find("w"), nullptr);
}

AssignmentResult Ended(AssignmentEnd end, const char* reason = "") {
  return {.end = end, .reason = reason, .record = {}, .notes = {}};
}

TEST(JudgeReport, AnsweredOnlyWhenEverythingFinished) {
  AssignmentSet set;
  set.assignments.resize(3);
  set.assignments[1].plan = "p1";
  set.assignments[2].plan = "p2";
  Report report;
  report.results.assign(3, Ended(AssignmentEnd::kFinished));
  EXPECT_EQ(JudgeReport(report, set).state, RunHostState::kAnswered);
  report.results[1] = Ended(AssignmentEnd::kWorldRefused, "no netns");
  EXPECT_EQ(JudgeReport(report, set).state, RunHostState::kRefused);
  report.results[2] = Ended(AssignmentEnd::kCrashed, "SIGSEGV");
  const Answer answer = JudgeReport(report, set);
  EXPECT_EQ(answer.state, RunHostState::kFailed);
  EXPECT_EQ(answer.reason, "p2: crashed: SIGSEGV (and 1 more)");
}

}  // namespace
}  // namespace sockdrift
