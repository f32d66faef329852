#include "core/proof/trial.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using testing::BindPair;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::SetOutcome;
using testing::SetStatus;
using testing::StatusIs;
using testing::Uniform;

// Groups that differ in bind.b of cells 0 to 3: ok in the group, EADDRINUSE in
// the reference. Each test says how the trial's hosts behave there.
class TrialTest : public ::testing::Test {
 protected:
  TrialTest() {
    reference_ = Shown("EADDRINUSE");
    group_control_ = group_;
    reference_control_ = reference_;
    group_changed_ = group_;
    reference_changed_ = reference_;
  }

  Record Shown(absl::string_view outcome) const {
    Record record = Uniform(program_);
    for (const uint32_t cell : cells_) SetOutcome(record, 1, cell, outcome);
    return record;
  }
  TrialCounts Count() const {
    return CountTrial(cells_, {.group = &group_,
                               .reference = &reference_,
                               .group_control = &group_control_,
                               .reference_control = &reference_control_,
                               .group_changed = &group_changed_,
                               .reference_changed = &reference_changed_});
  }

  const Program program_ = BindPair();
  const std::vector<uint32_t> cells_ = {0, 1, 2, 3};
  Record group_ = Uniform(program_);
  Record reference_;
  Record group_control_;
  Record reference_control_;
  Record group_changed_;
  Record reference_changed_;
};

TEST_F(TrialTest, IsProvenWhereBothHostsFollowInEveryCell) {
  std::swap(group_changed_, reference_changed_);
  const TrialCounts counts = Count();
  EXPECT_EQ(counts.followed, 4u);
  EXPECT_EQ(JudgeTrial(counts), ProofVerdict::kProven);
  EXPECT_EQ(RenderTrial(counts), "followed on both hosts in all 4 cells");
  EXPECT_EQ(WhyNotAllTested(counts), "");
}

TEST_F(TrialTest, IsRefutedWhereNothingMoves) {
  const TrialCounts counts = Count();
  EXPECT_EQ(counts.unmoved, 4u);
  EXPECT_EQ(JudgeTrial(counts), ProofVerdict::kRefuted);
  EXPECT_EQ(RenderTrial(counts), "followed on both hosts in 0 of 4 cells");
}

TEST_F(TrialTest, IsNeitherWhereOneHostFollowsAlone) {
  group_changed_ = reference_;
  const TrialCounts counts = Count();
  EXPECT_EQ(counts.group_followed, 4u);
  EXPECT_EQ(JudgeTrial(counts), ProofVerdict::kPartly);
  EXPECT_EQ(RenderTrial(counts),
            "followed on both hosts in 0 of 4 cells, on the group's host alone "
            "in 4");
  group_changed_ = group_;
  reference_changed_ = group_;
  EXPECT_EQ(Count().reference_followed, 4u);
  EXPECT_EQ(JudgeTrial(Count()), ProofVerdict::kPartly);
}

TEST_F(TrialTest, IsNeitherWhereSomeCellsFollow) {
  std::swap(group_changed_, reference_changed_);
  SetOutcome(group_changed_, 1, 3, "ok");
  SetOutcome(reference_changed_, 1, 3, "EADDRINUSE");
  EXPECT_EQ(Count().followed, 3u);
  EXPECT_EQ(Count().unmoved, 1u);
  EXPECT_EQ(JudgeTrial(Count()), ProofVerdict::kPartly);
}

TEST_F(TrialTest, SaysWhatChangedToSomethingElse) {
  for (const uint32_t cell : cells_) {
    SetOutcome(group_changed_, 1, cell, "EACCES");
  }
  const TrialCounts counts = Count();
  EXPECT_EQ(counts.unmoved, 4u);
  EXPECT_EQ(counts.otherwise, 4u);
  EXPECT_THAT(RenderTrial(counts), HasSubstr("changed to something else in 4"));
}

TEST_F(TrialTest, ACellThatIsNotDoneIsNoVerdict) {
  std::swap(group_changed_, reference_changed_);
  SetStatus(reference_changed_, 2, CellStatus::kSkip, "no such sysctl");
  TrialCounts counts = Count();
  EXPECT_EQ(counts.not_done, 1u);
  EXPECT_EQ(JudgeTrial(counts), ProofVerdict::kPartly);
  EXPECT_EQ(WhyNotAllTested(counts),
            "1 of 4 cells did not end as DONE: no such sysctl");
  for (const uint32_t cell : cells_) {
    SetStatus(reference_changed_, cell, CellStatus::kSkip, "no such sysctl");
  }
  EXPECT_EQ(JudgeTrial(Count()), ProofVerdict::kUntested);
}

TEST_F(TrialTest, HostsThatDoNotBehaveAsTheirGroupsProveNothing) {
  // The difference is gone: what was changed could only have brought it about.
  group_control_ = reference_;
  reference_changed_ = group_;
  group_changed_ = reference_;
  const TrialCounts counts = Count();
  EXPECT_EQ(counts.not_reproduced, 4u);
  EXPECT_EQ(JudgeTrial(counts), ProofVerdict::kUntested);
  EXPECT_THAT(WhyNotAllTested(counts),
              HasSubstr("did not behave as its group"));
}

TEST_F(TrialTest, CellsThatWereNotAskedForDoNotCount) {
  std::swap(group_changed_, reference_changed_);
  SetOutcome(group_changed_, 1, 9, "EACCES");
  SetStatus(group_changed_, 10, CellStatus::kMiss, "");
  EXPECT_EQ(JudgeTrial(Count()), ProofVerdict::kProven);
}

FactCondition Is(const char* fact, const char* value) {
  return {fact, FactCondition::Relation::kEqual, value};
}

TEST(SettingsTest, AreEachHostsOwnValues) {
  const Facts group = {{"net.b", "1"}, {"net.a", "80"}};
  const Facts reference = {{"net.b", "1"}, {"net.a", "1024"}};
  ASSERT_OK_AND_ASSIGN(
      const std::vector<TrialSetting> settings,
      SettingsOf({Is("net.b", "1"), Is("net.a", "80")}, group, reference));
  EXPECT_THAT(settings, ElementsAre(TrialSetting{"net.a", "80", "1024"},
                                    TrialSetting{"net.b", "1", "1"}));
}

TEST(SettingsTest, SayWhyTheyCannotBe) {
  const Facts facts = {{"net.a", "1"}, {"kernel.release", "6.1"}};
  EXPECT_THAT(SettingsOf({Is("kernel.release", "6.1")}, facts, facts),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("kernel.release cannot be set in a world")));
  EXPECT_THAT(SettingsOf({Is("net.a", "1")}, facts, facts),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("the same values")));
  EXPECT_THAT(SettingsOf({Is("net.a", "1")}, facts, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("not known of both")));
}

TEST(ProofTest, ReversedIsTheSameExperimentFromTheOtherSide) {
  Proof proof;
  proof.settings = {{"net.a", "1", "0"}};
  proof.group_host = "odd";
  proof.reference_host = "plain";
  proof.counts.group_followed = 3;
  proof.runs = {"control", "odd", "plain"};
  const Proof other = Reversed(proof);
  EXPECT_THAT(other.settings, ElementsAre(TrialSetting{"net.a", "0", "1"}));
  EXPECT_EQ(other.group_host, "plain");
  EXPECT_EQ(other.counts.reference_followed, 3u);
  EXPECT_THAT(other.runs, ElementsAre("control", "plain", "odd"));
}

TEST(ProofTest, IsToldInOneLine) {
  Proof proof;
  proof.verdict = ProofVerdict::kProven;
  proof.settings = {{"net.a", "1", "0"}};
  proof.group_host = "odd";
  proof.reference_host = "plain";
  proof.counts.asked = 48;
  proof.counts.followed = 48;
  proof.runs = {"x", "y", "z"};
  proof.ended = absl::FromUnixSeconds(0);
  EXPECT_EQ(RenderProof(proof),
            "proven by experiment: with net.a = 0 on odd and net.a = 1 on "
            "plain the behaviour followed on both hosts in all 48 cells; "
            "1970-01-01T00:00:00Z, runs x y z");
  proof.verdict = ProofVerdict::kUntested;
  proof.reason = "the agent of odd went away";
  EXPECT_EQ(RenderProof(proof),
            "could not be tested: the agent of odd went away");
}

}  // namespace
}  // namespace sockdrift
