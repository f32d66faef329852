#include "cli/ktap.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/measured_plan.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A plan of two binds with a rule, that was executed as a whole.
PlanAudit WithRule(const std::string& name, Verdict verdict) {
  PlanAudit plan = testing::MeasuredPlan(name);
  Expectation rule;
  rule.id = "one-each";
  rule.says = "Port #1 is bound once";
  plan.plan.expectations = {rule};
  Finding finding;
  finding.verdict = verdict;
  finding.satisfied = {1, 2};
  if (verdict == Verdict::kBroken) finding.violated = {0};
  if (verdict == Verdict::kNotTested) finding.reason = "given kernel\nhere";
  plan.findings = {finding};
  return plan;
}

std::string KtapWith(PlanAudit plan) {
  Audit audit;
  audit.host = "vm";
  audit.plans.push_back(std::move(plan));
  return AuditKtap(audit);
}

TEST(Ktap, SaysItsVersionAndHowManyTestsCome) {
  EXPECT_THAT(KtapWith(WithRule("bind.pair", Verdict::kHolds)),
              StartsWith("KTAP version 1\n1..1\n"));
}

TEST(Ktap, OfARuleThatHoldsIsOk) {
  const std::string text = KtapWith(WithRule("bind.pair", Verdict::kHolds));
  EXPECT_THAT(text, HasSubstr("  KTAP version 1\n"
                              "  # Subtest: bind.pair\n"
                              "  1..1\n"
                              "  ok 1 one-each: Port ＃1 is bound once\n"));
  EXPECT_THAT(text, HasSubstr("\nok 1 bind.pair\n"));
}

TEST(Ktap, OfABrokenRuleIsNotOkWithACell) {
  const std::string text = KtapWith(WithRule("bind.pair", Verdict::kBroken));
  EXPECT_THAT(text, HasSubstr("\n  # 1 of 3 cells, such as bind.pair["));
  EXPECT_THAT(text, HasSubstr("\n  not ok 1 one-each: "));
  EXPECT_THAT(text, HasSubstr("\nnot ok 1 bind.pair\n"));
}

TEST(Ktap, OfARuleThatWasNotTestedIsASkipOnOneLine) {
  const std::string text = KtapWith(WithRule("bind.pair", Verdict::kNotTested));
  EXPECT_THAT(text, HasSubstr("is bound once # SKIP given kernel here\n"));
  EXPECT_THAT(text, HasSubstr("\nok 1 bind.pair\n"));
}

TEST(Ktap, OfAClaimIsOkWhateverItTurnsOutToBe) {
  PlanAudit plan = WithRule("bind.pair", Verdict::kDoesNotHold);
  plan.plan.expectations[0].claims.resize(1);
  plan.plan.expectations[0].claims[0].id = "A1";
  const std::string text = KtapWith(std::move(plan));
  EXPECT_THAT(text, HasSubstr("(a claim: does-not-hold)\n"));
  EXPECT_THAT(text, Not(HasSubstr("not ok")));
}

TEST(Ktap, OfAPlanThatWasNotExecutedAsAWholeIsNotOk) {
  PlanAudit plan = WithRule("bind.pair", Verdict::kHolds);
  testing::SetStatus(plan.probe.record, 0, CellStatus::kMiss, "the guest died");
  plan.probe.message = "the guest died";
  const std::string text = KtapWith(std::move(plan));
  EXPECT_THAT(text, HasSubstr("1 MISS: the guest died\n"));
  EXPECT_THAT(text, HasSubstr("\nnot ok 1 bind.pair\n"));
}

TEST(Ktap, OfAPlanThatCouldNotBeExecutedIsASkip) {
  PlanAudit plan = WithRule("bind.pair", Verdict::kNotTested);
  for (uint32_t cell = 0; cell < plan.probe.record.cells(); ++cell) {
    testing::SetStatus(plan.probe.record, cell, CellStatus::kSkip, "no world");
  }
  EXPECT_THAT(KtapWith(std::move(plan)),
              HasSubstr("\nok 1 bind.pair # SKIP no cell could be executed\n"));
}

TEST(Ktap, OfSeveralHoldsEachAsATest) {
  const std::string good = "KTAP version 1\n1..1\nok 1 a\n";
  const std::string bad = "KTAP version 1\n1..1\nnot ok 1 a\n";
  const std::string text = KtapOf({{"6.1", good, ""},
                                   {"6.2", bad, ""},
                                   {"6.3", "", "it went down\n  panic"},
                                   {"6.4", good, "it went down"}});
  EXPECT_THAT(text, StartsWith("KTAP version 1\n1..4\n  KTAP version 1\n"));
  EXPECT_THAT(text, HasSubstr("\nok 1 6.1\n"));
  EXPECT_THAT(text, HasSubstr("\nnot ok 2 6.2\n"));
  EXPECT_THAT(text, HasSubstr("# it went down\n#   panic\n"
                              "not ok 3 6.3 # SKIP it did not boot\n"));
  EXPECT_THAT(text, HasSubstr("\nnot ok 4 6.4\n"));
}

}  // namespace
}  // namespace sockdrift
