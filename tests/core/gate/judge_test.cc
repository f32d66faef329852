#include "core/gate/judge.h"

#include <deque>

#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::SetOutcome;
using ::sockdrift::testing::SetStatus;
using ::sockdrift::testing::Uniform;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint32_t kCells = 64;

CellPattern Pattern(absl::string_view text) {
  return *CellPattern::Parse(text);
}

absl::Time Day(int year, int month, int day) {
  return absl::FromCivil(absl::CivilDay(year, month, day), absl::UTCTimeZone());
}

// Hosts with records that the test changes before it judges.
class JudgeTest : public ::testing::Test {
 protected:
  struct Shown {
    explicit Shown(Program p)
        : program(std::move(p)),
          measurement(MeasurementDigest(program)),
          ids(CellIds(program)),
          record(Uniform(program)) {}
    Program program;
    Digest measurement;
    std::vector<CellId> ids;
    Record record;
  };

  Record& Add(std::vector<GateHost>& side, const std::string& host,
              const std::string& plan = "bind.pair",
              Program program = BindPair(), World world = World::kReplica) {
    Shown& shown = shown_.emplace_back(std::move(program));
    if (side.empty() || side.back().name != host) side.push_back({host, {}});
    side.back().records.push_back(
        {plan,
         world,
         {&shown.program, shown.measurement, shown.ids, &shown.record}});
    return shown.record;
  }
  Record& Baseline(const std::string& host = "prod") {
    return Add(baseline_, host);
  }
  Record& Candidate(const std::string& host = "new") {
    return Add(candidates_, host);
  }
  void Waive(const std::string& id, const std::string& match,
             absl::CivilDay expires) {
    Waiver waiver;
    waiver.id = id;
    waiver.match = Pattern(match);
    waiver.expires = expires;
    rules_.waivers.push_back(waiver);
  }
  void AddRule(const std::string& match, Severity severity) {
    rules_.rules.push_back({Pattern(match), std::nullopt, severity});
  }
  Judgement Run(absl::Time now = Day(2026, 11, 21)) const {
    return Judge(baseline_, candidates_, rules_, now);
  }
  std::vector<Gap::Kind> GapKinds(const Judgement& judgement) const {
    std::vector<Gap::Kind> kinds;
    for (const Gap& gap : judgement.gaps) kinds.push_back(gap.kind);
    return kinds;
  }

  std::deque<Shown> shown_;
  std::vector<GateHost> baseline_;
  std::vector<GateHost> candidates_;
  GateRules rules_;
};

TEST_F(JudgeTest, EqualBehaviourPasses) {
  Baseline();
  Candidate();
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kPass);
  EXPECT_EQ(judgement.compared, kCells);
  EXPECT_THAT(judgement.divergences, IsEmpty());
  EXPECT_THAT(judgement.gaps, IsEmpty());
}

TEST_F(JudgeTest, AnOutcomeOfNoBaselineHostFails) {
  Baseline("one");
  SetOutcome(Baseline("two"), 1, 5, "EACCES");
  SetOutcome(Candidate(), 1, 5, "EADDRINUSE");
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kFail);
  ASSERT_THAT(judgement.divergences, SizeIs(1));
  EXPECT_EQ(judgement.divergences[0].cells, 1u);
  EXPECT_EQ(judgement.divergences[0].baseline_host, 0u);
  ASSERT_THAT(judgement.divergences[0].rules, SizeIs(1));
  EXPECT_EQ(judgement.divergences[0].rules[0].first_cell, 5u);
  EXPECT_EQ(judgement.divergences[0].rules[0].change,
            (OutcomeChange{1, "ok", "EADDRINUSE"}));
}

TEST_F(JudgeTest, AnOutcomeOfAnyBaselineHostPasses) {
  Baseline("one");
  SetOutcome(Baseline("two"), 1, 5, "EACCES");
  SetOutcome(Candidate(), 1, 5, "EACCES");
  EXPECT_EQ(Run().verdict, GateVerdict::kPass);
}

TEST_F(JudgeTest, TwoHalvesOfTwoBaselineHostsInOneCellFail) {
  SetOutcome(Baseline("one"), 0, 5, "EACCES");
  SetOutcome(Baseline("two"), 1, 5, "EACCES");
  Record& candidate = Candidate();
  SetOutcome(candidate, 0, 5, "EACCES");
  SetOutcome(candidate, 1, 5, "EACCES");
  EXPECT_EQ(Run().verdict, GateVerdict::kFail);
}

TEST_F(JudgeTest, ACellThatTheFirstBaselineHostLacksIsComparedWithTheNext) {
  SetStatus(Baseline("one"), 5, CellStatus::kSkip, "no capability");
  Baseline("two");
  SetOutcome(Candidate(), 1, 5, "EACCES");
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kFail);
  ASSERT_THAT(judgement.divergences, SizeIs(1));
  EXPECT_EQ(judgement.divergences[0].baseline_host, 1u);
  EXPECT_EQ(judgement.compared, kCells);
}

TEST_F(JudgeTest, HostsThatDivergeAlikeAreOneDivergence) {
  Baseline();
  SetOutcome(Candidate("a"), 1, 5, "EACCES");
  SetOutcome(Candidate("b"), 1, 5, "EACCES");
  SetOutcome(Candidate("c"), 1, 6, "EACCES");
  const Judgement judgement = Run();
  ASSERT_THAT(judgement.divergences, SizeIs(2));
  EXPECT_THAT(judgement.divergences[0].hosts, ElementsAre(0, 1));
  EXPECT_THAT(judgement.divergences[1].hosts, ElementsAre(2));
}

TEST_F(JudgeTest, WorldsAreNotMixed) {
  Baseline();
  Add(candidates_, "new", "bind.pair", BindPair(), World::kPristine);
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kInconclusive);
  EXPECT_THAT(GapKinds(judgement), ElementsAre(Gap::Kind::kNothingCompared,
                                               Gap::Kind::kPlanMissing));
  EXPECT_THAT(judgement.only_candidates, ElementsAre("bind.pair (pristine)"));
}

TEST_F(JudgeTest, APlanThatTheCandidateLacksIsInconclusive) {
  Baseline();
  Add(baseline_, "prod", "bind.other");
  Candidate();
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kInconclusive);
  ASSERT_THAT(GapKinds(judgement), ElementsAre(Gap::Kind::kPlanMissing));
  EXPECT_EQ(judgement.gaps[0].plan, "bind.other");
}

TEST_F(JudgeTest, EveryStatusButDoneIsInconclusiveWithReasonAndCount) {
  for (const CellStatus status : {CellStatus::kSkip, CellStatus::kError,
                                  CellStatus::kUnstable, CellStatus::kMiss}) {
    baseline_.clear();
    candidates_.clear();
    Baseline();
    Record& candidate = Candidate();
    SetStatus(candidate, 3, status, "why");
    SetStatus(candidate, 4, status, "why");
    SetStatus(candidate, 5, status, "other");
    const Judgement judgement = Run();
    EXPECT_EQ(judgement.verdict, GateVerdict::kInconclusive);
    ASSERT_THAT(judgement.gaps, SizeIs(2)) << CellStatusName(status);
    EXPECT_EQ(judgement.gaps[0].status, status);
    EXPECT_EQ(judgement.gaps[0].reason, "other");
    EXPECT_EQ(judgement.gaps[0].cells, 1u);
    EXPECT_EQ(judgement.gaps[1].reason, "why");
    EXPECT_EQ(judgement.gaps[1].cells, 2u);
  }
}

TEST_F(JudgeTest, WhatTheBaselineDoesNotKnowIsNoGap) {
  SetStatus(Baseline(), 3, CellStatus::kSkip, "no capability");
  SetStatus(Candidate(), 3, CellStatus::kSkip, "no capability");
  EXPECT_EQ(Run().verdict, GateVerdict::kPass);
}

TEST_F(JudgeTest, FailComesBeforeInconclusiveAndTheGapIsStillTold) {
  Baseline();
  Record& candidate = Candidate();
  SetOutcome(candidate, 1, 5, "EACCES");
  SetStatus(candidate, 6, CellStatus::kSkip, "no capability");
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kFail);
  EXPECT_THAT(GapKinds(judgement), ElementsAre(Gap::Kind::kCellsMissing));
}

TEST_F(JudgeTest, TooFewHostsAreInconclusiveAndOneHostTwiceIsOne) {
  Baseline();
  Candidate("a");
  candidates_.push_back(candidates_[0]);
  rules_.min_hosts = 2;
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kInconclusive);
  ASSERT_THAT(GapKinds(judgement), ElementsAre(Gap::Kind::kTooFewHosts));
  EXPECT_EQ(judgement.gaps[0].cells, 1u);
  EXPECT_EQ(judgement.gaps[0].wanted, 2u);
  Candidate("b");
  EXPECT_EQ(Run().verdict, GateVerdict::kPass);
}

TEST_F(JudgeTest, NoCandidateIsInconclusive) {
  Baseline();
  EXPECT_EQ(Run().verdict, GateVerdict::kInconclusive);
}

TEST_F(JudgeTest, AnEmptyBaselineIsInconclusive) {
  Candidate();
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kInconclusive);
  EXPECT_THAT(GapKinds(judgement), ElementsAre(Gap::Kind::kNothingCompared));
}

TEST_F(JudgeTest, ANewVersionIsComparedInItsCommonCells) {
  Add(baseline_, "prod", "bind.pair", BindPair({"::", "0.0.0.0"}));
  Record& candidate = Add(candidates_, "new", "bind.pair",
                          BindPair({"127.0.0.1", "0.0.0.0", "::"}));
  EXPECT_EQ(Run().verdict, GateVerdict::kPass);
  EXPECT_EQ(Run().compared, 16u);
  const CellSpace cells(*candidates_[0].records[0].observed.program);
  const absl::StatusOr<uint32_t> common =
      FindCell(*candidates_[0].records[0].observed.program, cells,
               "[a.addr=::,a.reuse=none,b.addr=0.0.0.0,b.reuse=addr]");
  ASSERT_TRUE(common.ok());
  SetOutcome(candidate, 1, *common, "EACCES");
  EXPECT_EQ(Run().verdict, GateVerdict::kFail);
}

TEST_F(JudgeTest, TooFewCommonCellsAreInconclusive) {
  Add(baseline_, "prod", "bind.pair", BindPair({"127.0.0.1", "0.0.0.0", "::"}));
  Add(candidates_, "new", "bind.pair", BindPair({"::", "0.0.0.0"}));
  Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kInconclusive);
  ASSERT_THAT(GapKinds(judgement), ElementsAre(Gap::Kind::kTooFewCommon));
  EXPECT_EQ(judgement.gaps[0].cells, 16u);
  EXPECT_EQ(judgement.gaps[0].wanted, 36u);
  EXPECT_EQ(judgement.results[0].gone, 20u);
  rules_.min_common_percent = 45;  // 16 of 36 are 44.4 %
  EXPECT_EQ(Run().verdict, GateVerdict::kInconclusive);
  rules_.min_common_percent = 44;
  EXPECT_EQ(Run().verdict, GateVerdict::kPass);
}

TEST_F(JudgeTest, ARequiredPlanThatNobodyHasIsInconclusive) {
  Baseline();
  Candidate();
  rules_.require = {"bind.*"};
  EXPECT_EQ(Run().verdict, GateVerdict::kPass);
  rules_.require = {"bind.*", "reuse.*"};
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kInconclusive);
  ASSERT_THAT(GapKinds(judgement), ElementsAre(Gap::Kind::kRequiredPlan));
  EXPECT_EQ(judgement.gaps[0].plan, "reuse.*");
}

TEST_F(JudgeTest, TheFirstRuleThatMatchesDecides) {
  Baseline();
  SetOutcome(Candidate(), 1, 5, "EACCES");
  AddRule("bind.*", Severity::kWarn);
  AddRule("*", Severity::kFail);
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kPass);
  ASSERT_THAT(judgement.divergences, SizeIs(1));
  EXPECT_FALSE(judgement.divergences[0].Fails());
  EXPECT_EQ(judgement.results[0].warned, 1u);
}

TEST_F(JudgeTest, ARuleForAnotherWorldDoesNotMatch) {
  Baseline();
  SetOutcome(Candidate(), 1, 5, "EACCES");
  rules_.rules.push_back({Pattern("*"), World::kPristine, Severity::kIgnore});
  EXPECT_EQ(Run().verdict, GateVerdict::kFail);
  rules_.rules[0].world = World::kReplica;
  EXPECT_EQ(Run().verdict, GateVerdict::kInconclusive);
}

TEST_F(JudgeTest, IgnoredCellsNeitherDivergeNorAreMissing) {
  Baseline();
  Record& candidate = Candidate();
  SetOutcome(candidate, 1, 0, "EACCES");  // a.addr=0.0.0.0
  SetStatus(candidate, 1, CellStatus::kSkip, "no capability");
  AddRule("bind.pair[a.addr=0.0.0.0]", Severity::kIgnore);
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kPass);
  EXPECT_EQ(judgement.compared, 48u);
}

TEST_F(JudgeTest, IgnoringEverythingIsNoPass) {
  Baseline();
  Candidate();
  AddRule("*", Severity::kIgnore);
  EXPECT_EQ(Run().verdict, GateVerdict::kInconclusive);
}

TEST_F(JudgeTest, AnIgnoredPlanMayBeMissing) {
  Baseline();
  Add(baseline_, "prod", "bind.other");
  Candidate();
  AddRule("bind.other", Severity::kIgnore);
  EXPECT_EQ(Run().verdict, GateVerdict::kPass);
}

TEST_F(JudgeTest, AWaivedDivergenceDoesNotFailAndIsListed) {
  Baseline();
  SetOutcome(Candidate(), 1, 0, "EACCES");
  Waive("W1", "bind.*[a.addr=0.0.0.0]", absl::CivilDay(2026, 12, 31));
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kPass);
  ASSERT_THAT(judgement.divergences, SizeIs(1));
  EXPECT_TRUE(judgement.divergences[0].Waived());
  EXPECT_EQ(judgement.waivers[0].cells, 1u);
  EXPECT_EQ(judgement.results[0].waived, 1u);
}

TEST_F(JudgeTest, AWaiverCoversNoOtherCell) {
  Baseline();
  Record& candidate = Candidate();
  SetOutcome(candidate, 1, 0, "EACCES");
  SetOutcome(candidate, 1, 63, "EACCES");  // a.addr=::1
  Waive("W1", "bind.*[a.addr=0.0.0.0]", absl::CivilDay(2026, 12, 31));
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kFail);
  ASSERT_THAT(judgement.divergences, SizeIs(2));
  EXPECT_TRUE(judgement.divergences[0].Fails());
  EXPECT_EQ(judgement.divergences[0].rules[0].first_cell, 63u);
  EXPECT_TRUE(judgement.divergences[1].Waived());
}

TEST_F(JudgeTest, AWaiverDoesNotWaiveMissingData) {
  Baseline();
  SetStatus(Candidate(), 0, CellStatus::kSkip, "no capability");
  Waive("W1", "*", absl::CivilDay(2026, 12, 31));
  EXPECT_EQ(Run().verdict, GateVerdict::kInconclusive);
}

TEST_F(JudgeTest, AWaiverHoldsUntilTheEndOfItsLastDay) {
  Baseline();
  SetOutcome(Candidate(), 1, 0, "EACCES");
  Waive("W1", "*", absl::CivilDay(2026, 12, 31));
  EXPECT_EQ(Run(Day(2027, 1, 1) - absl::Nanoseconds(1)).verdict,
            GateVerdict::kPass);
  const Judgement judgement = Run(Day(2027, 1, 1));
  EXPECT_EQ(judgement.verdict, GateVerdict::kFail);
  EXPECT_TRUE(judgement.waivers[0].expired);
  EXPECT_TRUE(judgement.divergences[0].waiver_expired);
}

TEST_F(JudgeTest, AnExpiredWaiverFailsEvenWhereARuleOnlyWarns) {
  Baseline();
  SetOutcome(Candidate(), 1, 0, "EACCES");
  AddRule("*", Severity::kWarn);
  Waive("W1", "*", absl::CivilDay(2026, 1, 1));
  EXPECT_EQ(Run().verdict, GateVerdict::kFail);
}

TEST_F(JudgeTest, AWaiverThatStillHoldsComesBeforeAnExpiredOne) {
  Baseline();
  SetOutcome(Candidate(), 1, 0, "EACCES");
  Waive("old", "*", absl::CivilDay(2026, 1, 1));
  Waive("new", "*", absl::CivilDay(2027, 1, 1));
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kPass);
  EXPECT_EQ(judgement.waivers[0].cells, 0u);
  EXPECT_EQ(judgement.waivers[1].cells, 1u);
}

TEST_F(JudgeTest, AWaiverThatMatchesNothingIsTold) {
  Baseline();
  Candidate();
  Waive("W1", "*", absl::CivilDay(2026, 1, 1));
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kPass);
  EXPECT_EQ(judgement.waivers[0].cells, 0u);
}

TEST_F(JudgeTest, AHostThatCannotBeJudgedIsOneGapWithItsReason) {
  Baseline();
  Candidate("good");
  candidates_.push_back({"fresh", {}, "it was never measured"});
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kInconclusive);
  ASSERT_THAT(judgement.gaps, SizeIs(1));
  EXPECT_EQ(judgement.gaps[0].kind, Gap::Kind::kHostUnusable);
  EXPECT_EQ(judgement.gaps[0].reason, "it was never measured");
  EXPECT_THAT(judgement.gaps[0].hosts, ElementsAre(1u));
}

TEST_F(JudgeTest, FailingCellsAreNamedByTheCandidatesNumbers) {
  Baseline();
  Record& record = Candidate();
  SetOutcome(record, 1, 9, "EACCES");
  SetOutcome(record, 0, 3, "EINVAL");
  SetOutcome(record, 0, 5, "EINVAL");
  Waive("W", "bind.pair[a.addr=0.0.0.0,a.reuse=*]", absl::CivilDay(2020, 1, 1));
  AddRule("*", Severity::kWarn);
  // Warned of, but the waiver has expired: all fail where it matches.
  const Judgement judgement = Run();
  ASSERT_THAT(judgement.results, SizeIs(1));
  EXPECT_THAT(judgement.results[0].failing_cells, ElementsAre(3u, 5u, 9u));
  rules_.waivers.clear();
  EXPECT_THAT(Run().results[0].failing_cells, IsEmpty());
}

// Hosts that share a record are compared once, and count each.
TEST_F(JudgeTest, AHundredEqualHostsAreJudgedAsOneAndCountedEach) {
  Baseline();
  SetOutcome(Candidate("0"), 1, 5, "EACCES");
  Waive("W", "bind.pair", absl::CivilDay(2999, 1, 1));
  for (int i = 1; i < 100; ++i) {
    candidates_.push_back({std::to_string(i), candidates_[0].records});
  }
  for (int i = 1; i < 10; ++i) {
    baseline_.push_back({std::to_string(i), baseline_[0].records});
  }
  const Judgement judgement = Run();
  EXPECT_EQ(judgement.verdict, GateVerdict::kPass);
  EXPECT_EQ(judgement.compared, 100u * kCells);
  EXPECT_EQ(judgement.waivers[0].cells, 100u);
  ASSERT_THAT(judgement.divergences, SizeIs(1));
  EXPECT_THAT(judgement.divergences[0].hosts, SizeIs(100));
  EXPECT_THAT(judgement.results, SizeIs(100));
}

}  // namespace
}  // namespace sockdrift
