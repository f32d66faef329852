// Experiments that do not come to their end: an agent that goes away or never
// answers, the deadline, too many at once. None of it is a verdict.
#include <csignal>
#include <list>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/explain_fixture.h"
#include "tests/cli/sockdrift_program.h"

namespace sockdrift::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Each experiment is three runs: unchanged, and either host changed.
constexpr int kRunsEach = 3;

class InterruptedProofTest : public ExplainTest {
 protected:
  void SetUp() override {
    ExplainTest::SetUp();
    if (IsSkipped()) return;
    StartFleet({Start("80")});
    fleet_->HaltAgent("odd");
  }
  std::vector<std::string> Proof(const std::string& deadline) const {
    return {kSockdrift, "explain", "--prove",      "--deadline",     deadline,
            "--trials", "1",       "--controller", fleet_->address()};
  }
  // Returns when so many experiments have begun; StartFleet made one run.
  void AwaitBegun(int experiments) const {
    fleet_->AwaitLog("a run started", 1 + experiments * kRunsEach);
  }
  void ExpectNoVerdictIsKept() const {
    EXPECT_EQ(Candidates({})[0]["verdict"], "correlation");
  }
};

TEST_F(InterruptedProofTest, AnAgentThatGoesAwayInTheMiddleIsNamed) {
  Subprocess proof(Proof("100s"));
  AwaitBegun(1);
  fleet_->KillAgent("odd");
  const SubprocessEnd end = proof.Wait();
  EXPECT_EQ(end.exit_code, 3) << end.out << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("could not be tested"),
                             HasSubstr("the agent of odd went away"),
                             Not(HasSubstr("proven"))));
  ExpectNoVerdictIsKept();
}

TEST_F(InterruptedProofTest, AtTheDeadlineWhatHasNoAnswerIsUntested) {
  const SubprocessEnd end = RunSubprocess(Proof("2s"));
  EXPECT_EQ(end.exit_code, 3) << end.out << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("could not be tested: odd gave no "
                                       "answer"),
                             Not(HasSubstr("proven"))));
  ExpectNoVerdictIsKept();
}

TEST_F(InterruptedProofTest, OneMoreThanMayBeIsToldToComeAgain) {
  std::list<Subprocess> four;
  for (int i = 1; i <= 4; ++i) {
    four.emplace_back(Proof("100s"));
    AwaitBegun(i);
  }
  const SubprocessEnd fifth = RunSubprocess(Proof("100s"));
  EXPECT_EQ(fifth.exit_code, 3) << fifth.err;
  EXPECT_THAT(fifth.err, AllOf(HasSubstr("4 experiments are under way"),
                               HasSubstr("try again")));
  // Whoever gives up takes the runs along, and another one may begin.
  for (Subprocess& one : four) {
    one.Signal(SIGINT);
    one.Wait();
  }
  fleet_->AwaitLog("a run ended", 1 + 4 * kRunsEach);
  fleet_->ResumeAgent("odd");
  SubprocessEnd again;
  do {
    again = RunSubprocess(Proof("100s"));
  } while (again.exit_code == fifth.exit_code &&
           again.err.find("try again") != std::string::npos);
  EXPECT_EQ(again.exit_code, 1) << again.out << again.err;
  EXPECT_THAT(again.out, HasSubstr("proven by experiment"));
}

}  // namespace
}  // namespace sockdrift::testing
