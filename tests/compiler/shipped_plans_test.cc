// The shipped plans on this machine's kernel, each in a probe of its own: no
// cell is ERROR or UNSTABLE, every rule that could be tested holds, order does
// not matter, and a host without IPv6 gives outcomes rather than errors.
#include "tests/support/shipped_plans.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/plan/expectation.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/pristine_run.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using testing::CellsThatAre;
using testing::CellsThatDiffer;
using ::testing::IsEmpty;
using testing::Measured;
using testing::MeasurePristine;

std::vector<std::string> Unmeasured(const CompiledPlan& plan,
                                    const Record& record) {
  return CellsThatAre(
      {CellStatus::kError, CellStatus::kUnstable, CellStatus::kMiss}, plan,
      record);
}

// The rules that are broken, each with the first cell that breaks it.
std::vector<std::string> Broken(const CompiledPlan& plan,
                                const Measured& measured) {
  std::vector<std::string> out;
  for (const Expectation& expectation : plan.expectations) {
    const Finding finding =
        Evaluate(expectation, measured.record, measured.facts);
    if (finding.verdict != Verdict::kBroken) continue;
    out.push_back(absl::StrCat(
        plan.file, ":", expectation.line, ": ", expectation.id, " in ",
        finding.violated.size(), " of ",
        finding.violated.size() + finding.satisfied.size(), ": ",
        testing::CellText(plan, measured.record, finding.violated[0])));
  }
  return out;
}

class ShippedPlansTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
};

TEST_P(ShippedPlansTest, AreMeasuredAndTheirRulesHold) {
  const CompiledPlan plan = testing::ShippedPlan(GetParam());
  ASSERT_OK_AND_ASSIGN(const Measured measured, MeasurePristine(plan));
  EXPECT_THAT(Unmeasured(plan, measured.record), IsEmpty());
  EXPECT_THAT(Broken(plan, measured), IsEmpty());
  if (measured.record.CountOf(CellStatus::kSkip) > 0) {
    GTEST_SKIP() << CellsThatAre({CellStatus::kSkip}, plan, measured.record)[0];
  }
}

TEST_P(ShippedPlansTest, AreTheSameInAnyOrder) {
  const CompiledPlan plan = testing::ShippedPlan(GetParam());
  ASSERT_OK_AND_ASSIGN(const Measured in_order, MeasurePristine(plan));
  ASSERT_OK_AND_ASSIGN(const Measured shuffled,
                       MeasurePristine(plan, {.shuffle_seed = 7}));
  EXPECT_THAT(CellsThatDiffer(plan, in_order.record, shuffled.record),
              IsEmpty());
  EXPECT_TRUE(in_order.record == shuffled.record);
}

TEST_P(ShippedPlansTest, GiveOutcomesOnAHostWithoutIpv6) {
  const CompiledPlan plan = testing::ShippedPlan(GetParam());
  ASSERT_OK_AND_ASSIGN(
      const Measured measured,
      MeasurePristine(plan,
                      {.sysctls = {{"net.ipv6.conf.all.disable_ipv6", "1"}}}));
  EXPECT_THAT(Unmeasured(plan, measured.record), IsEmpty());
  EXPECT_THAT(Broken(plan, measured), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Short, ShippedPlansTest,
                         ::testing::ValuesIn(testing::ShortPlanFiles()),
                         testing::PlanTestName);

}  // namespace
}  // namespace sockdrift
