#include "cli/verdicts.h"

#include "gtest/gtest.h"

namespace sockdrift {
namespace {

// Two cells, family=inet and family=inet6, one observation.
CompiledPlan TwoCells() {
  CompiledPlan plan;
  plan.name = "test.two";
  plan.program.axes.push_back({"family", {"inet", "inet6"}});
  plan.program.observations = {"bind"};
  return plan;
}

Record OkThenInUse() {
  Record record;
  record.outcomes = {"EADDRINUSE", "ok"};
  record.status = {CellStatus::kDone, CellStatus::kDone};
  record.reason = {0, 0};
  record.columns = {{2, 1}};
  return record;
}

Expectation BindIsOk() {
  Expectation expectation;
  expectation.id = "binds";
  expectation.says = "It binds.";
  expectation.checks.push_back(
      {.cells = {0, 1},
       .where = {},
       .expected = {{.observation = 0, .outcomes = {"ok"}}}});
  return expectation;
}

TEST(SummariseClaimsTest, AddsUpWhatSeveralExpectationsSay) {
  const CompiledPlan plan = TwoCells();
  Expectation expectation = BindIsOk();
  expectation.claims = {{"A10", false}, {"A2", true}};
  Finding finding;
  finding.satisfied = {0};
  finding.violated = {1};
  ClaimSummaries summaries;
  SummariseClaims(plan, expectation, finding, summaries);
  finding = {};
  finding.satisfied = {0, 1};
  SummariseClaims(plan, expectation, finding, summaries);

  ASSERT_EQ(summaries.size(), 2U);
  EXPECT_EQ(summaries.begin()->first, "A2") << "A2 comes before A10";
  const ClaimSummary& a10 = summaries.at("A10");
  EXPECT_EQ(a10.satisfied, 3U);
  EXPECT_EQ(a10.violated, 1U);
  EXPECT_EQ(a10.verdict(), Verdict::kDepends);
  EXPECT_EQ(a10.counterexample, "test.two[family=inet6]");
  const ClaimSummary& a2 = summaries.at("A2");
  EXPECT_EQ(a2.satisfied, 1U);
  EXPECT_EQ(a2.violated, 3U);
}

TEST(SummariseClaimsTest, SaysWhyNothingWasTested) {
  Expectation expectation = BindIsOk();
  expectation.claims = {{"A1", false}};
  Finding finding;
  finding.reason = "net.ipv6.bindv6only is 1";
  ClaimSummaries summaries;
  SummariseClaims(TwoCells(), expectation, finding, summaries);
  EXPECT_EQ(summaries.at("A1").verdict(), Verdict::kNotTested);
  EXPECT_EQ(summaries.at("A1").reason, "net.ipv6.bindv6only is 1");
}

TEST(WhyViolatedTest, NamesTheObservationAndWhatWasExpected) {
  EXPECT_EQ(WhyViolated(TwoCells().program, BindIsOk(), OkThenInUse(), 1),
            "bind is EADDRINUSE, expected ok");
}

}  // namespace
}  // namespace sockdrift
