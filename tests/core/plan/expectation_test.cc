#include "core/plan/expectation.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::SetOutcome;
using ::sockdrift::testing::SetStatus;
using ::sockdrift::testing::Uniform;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Relation = FactCondition::Relation;

// Of cells 0 to 3: bind.b is ok.
Expectation BindsOk() {
  Expectation expectation;
  expectation.id = "binds";
  expectation.checks = {{{0, 1, 2, 3}, {}, {{1, {"ok"}, false}}}};
  return expectation;
}

Record WithFailures(const std::vector<size_t>& cells) {
  Record record = Uniform(BindPair());
  for (size_t cell : cells) SetOutcome(record, 1, cell, "EADDRINUSE");
  return record;
}

TEST(EvaluateTest, HoldsWhereEveryTestedCellSatisfiesIt) {
  const Finding finding = Evaluate(BindsOk(), WithFailures({}), {});
  EXPECT_EQ(finding.verdict, Verdict::kHolds);
  EXPECT_THAT(finding.satisfied, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(finding.violated, IsEmpty());
}

TEST(EvaluateTest, IsBrokenByOneCell) {
  const Finding finding = Evaluate(BindsOk(), WithFailures({2, 9}), {});
  EXPECT_EQ(finding.verdict, Verdict::kBroken);
  EXPECT_THAT(finding.violated, ElementsAre(2));
}

TEST(EvaluateTest, TellsAClaimThatDependsFromOneThatFails) {
  Expectation claim = BindsOk();
  claim.claims = {{"A1", false}};
  EXPECT_EQ(Evaluate(claim, WithFailures({}), {}).verdict, Verdict::kHolds);
  EXPECT_EQ(Evaluate(claim, WithFailures({1}), {}).verdict, Verdict::kDepends);
  EXPECT_EQ(Evaluate(claim, WithFailures({0, 1, 2, 3}), {}).verdict,
            Verdict::kDoesNotHold);
}

TEST(EvaluateTest, LooksAtDoneCellsOnly) {
  Record record = WithFailures({0});
  SetStatus(record, 0, CellStatus::kUnstable, "ok, EADDRINUSE");
  SetStatus(record, 1, CellStatus::kSkip, "no capability");
  const Finding finding = Evaluate(BindsOk(), record, {});
  EXPECT_EQ(finding.verdict, Verdict::kHolds);
  EXPECT_THAT(finding.satisfied, ElementsAre(2, 3));
}

TEST(EvaluateTest, IsNotTestedWithoutATestedCell) {
  Record record = WithFailures({});
  for (size_t cell = 0; cell < 4; ++cell) {
    SetStatus(record, cell, CellStatus::kMiss, "not selected");
  }
  const Finding finding = Evaluate(BindsOk(), record, {});
  EXPECT_EQ(finding.verdict, Verdict::kNotTested);
  EXPECT_THAT(finding.reason, HasSubstr("no cell"));
}

TEST(EvaluateTest, AsksOnlyWhereItsConditionsHold) {
  Expectation expectation = BindsOk();
  expectation.checks[0].where = {{0, {"ok"}, false}};
  Record record = WithFailures({1});
  SetOutcome(record, 0, 1, "EACCES");
  EXPECT_THAT(Evaluate(expectation, record, {}).satisfied,
              ElementsAre(0, 2, 3));
  expectation.checks[0].where[0].negated = true;
  const Finding finding = Evaluate(expectation, record, {});
  EXPECT_THAT(finding.violated, ElementsAre(1));
  EXPECT_THAT(finding.satisfied, IsEmpty());
}

TEST(EvaluateTest, TakesAnyOfSeveralOutcomesAndNoneOfNegatedOnes) {
  Expectation expectation = BindsOk();
  const Record record = WithFailures({1});
  expectation.checks[0].expected = {{1, {"EADDRINUSE", "ok"}, false}};
  EXPECT_EQ(Evaluate(expectation, record, {}).verdict, Verdict::kHolds);
  expectation.checks[0].expected = {{1, {"EADDRINUSE"}, true}};
  EXPECT_THAT(Evaluate(expectation, record, {}).violated, ElementsAre(1));
}

TEST(EvaluateTest, CountsACellOfSeveralChecksAsViolatedOnce) {
  Expectation expectation = BindsOk();
  expectation.checks.push_back({{0, 1}, {}, {{1, {"EADDRINUSE"}, false}}});
  const Finding finding = Evaluate(expectation, WithFailures({}), {});
  EXPECT_THAT(finding.violated, ElementsAre(0, 1));
  EXPECT_THAT(finding.satisfied, ElementsAre(2, 3));
  EXPECT_EQ(finding.verdict, Verdict::kBroken);
}

TEST(EvaluateTest, DoesNotHoldWhereEachCellFailsInSomeCheck) {
  Expectation claim = BindsOk();
  claim.claims = {{"A1", false}};
  claim.checks.push_back({{0, 1, 2, 3}, {}, {{0, {"EACCES"}, false}}});
  EXPECT_EQ(Evaluate(claim, WithFailures({}), {}).verdict,
            Verdict::kDoesNotHold);
}

// `claim: not B4` says the contrary of B4: the finding is of what the plan
// says, and B4 is judged the other way round.
TEST(VerdictOfClaimTest, IsTurnedRoundByNot) {
  Expectation contrary = BindsOk();
  contrary.claims = {{"B4", true}};
  EXPECT_TRUE(contrary.is_claim());
  const Finding finding = Evaluate(contrary, WithFailures({}), {});
  EXPECT_EQ(finding.verdict, Verdict::kHolds);
  EXPECT_EQ(VerdictOfClaim({"B4", true}, finding.verdict),
            Verdict::kDoesNotHold);
  EXPECT_EQ(VerdictOfClaim({"B4", false}, finding.verdict), Verdict::kHolds);
  EXPECT_EQ(VerdictOfClaim({"B4", true}, Verdict::kDoesNotHold),
            Verdict::kHolds);
  EXPECT_EQ(VerdictOfClaim({"B4", true}, Verdict::kDepends), Verdict::kDepends);
  EXPECT_EQ(VerdictOfClaim({"B4", true}, Verdict::kNotTested),
            Verdict::kNotTested);
}

TEST(EvaluateTest, IsNotTestedWhereAGivenFactIsOtherwise) {
  Expectation expectation = BindsOk();
  expectation.given = {{"kernel", Relation::kGreaterEqual, "4.11"},
                       {"net.ipv6.bindv6only", Relation::kEqual, "0"}};
  const Record record = WithFailures({});
  const Facts facts = {{"kernel", "6.1.0-46-amd64"},
                       {"net.ipv6.bindv6only", "0"}};
  EXPECT_EQ(Evaluate(expectation, record, facts).verdict, Verdict::kHolds);
  Facts older = facts;
  older["kernel"] = "4.9.0";
  Finding finding = Evaluate(expectation, record, older);
  EXPECT_EQ(finding.verdict, Verdict::kNotTested);
  EXPECT_THAT(finding.reason, HasSubstr("given kernel, which is 4.9.0"));
  Facts unknown = facts;
  unknown.erase("net.ipv6.bindv6only");
  finding = Evaluate(expectation, record, unknown);
  EXPECT_EQ(finding.verdict, Verdict::kNotTested);
  EXPECT_THAT(finding.reason, HasSubstr("is not known"));
}

TEST(EvaluateTest, KnowsEachRelationOfFacts) {
  struct Case {
    Relation relation;
    bool below, equal, above;  // of a fact of 6.0, 6.1 and 6.12 against 6.1
  };
  for (const Case& c : {Case{Relation::kEqual, false, true, false},
                        Case{Relation::kNotEqual, true, false, true},
                        Case{Relation::kLess, true, false, false},
                        Case{Relation::kLessEqual, true, true, false},
                        Case{Relation::kGreater, false, false, true},
                        Case{Relation::kGreaterEqual, false, true, true}}) {
    Expectation expectation = BindsOk();
    expectation.given = {{"kernel", c.relation, "6.1"}};
    const auto tested = [&](const char* kernel) {
      return Evaluate(expectation, WithFailures({}), {{"kernel", kernel}})
                 .verdict != Verdict::kNotTested;
    };
    EXPECT_EQ(tested("6.0"), c.below);
    EXPECT_EQ(tested("6.1"), c.equal);
    EXPECT_EQ(tested("6.12"), c.above);
  }
}

TEST(VerdictNameTest, DependsOnWhatIsJudged) {
  EXPECT_EQ(VerdictName(Verdict::kNotTested, false), "not-tested");
  EXPECT_EQ(VerdictName(Verdict::kNotTested, true), "not-testable");
  EXPECT_EQ(VerdictName(Verdict::kDoesNotHold, true), "does-not-hold");
}

TEST(CompareVersionsTest, ComparesNumberByNumber) {
  struct Case {
    const char* a;
    const char* b;
    int sign;
  };
  for (const Case& c : {
           Case{"6.1", "6.1", 0},
           Case{"6.1", "6.1.0", 0},
           Case{"6.1.0-46-amd64", "6.1.0", 0},
           Case{"6.1.0-46-amd64", "6.1.0-56-amd64", 0},
           Case{"6.2", "6.12", -1},
           Case{"6.12", "6.2", 1},
           Case{"5.19", "6.0", -1},
           Case{"6.1.170", "6.1.21", 1},
           Case{"", "0", 0},
           Case{"x", "1", -1},
           Case{"1024", "80", 1},
           Case{"99999999999999999999999", "1", 1},
       }) {
    const int result = CompareVersions(c.a, c.b);
    EXPECT_EQ((result > 0) - (result < 0), c.sign) << c.a << " " << c.b;
    EXPECT_EQ(CompareVersions(c.b, c.a), -result);
  }
}

}  // namespace
}  // namespace sockdrift
