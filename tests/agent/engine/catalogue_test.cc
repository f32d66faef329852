// The plans of the catalogue, run by the engine in this process. What needs
// more than a plain namespace (hosts, users) is SKIP here; the whole of every
// plan is run by tests/compiler/shipped_plans_test.cc.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/engine/netns_run.h"
#include "tests/support/require.h"
#include "tests/support/shipped_plans.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using testing::CellsThatAre;
using ::testing::IsEmpty;
using testing::Ran;
using testing::RunInNamespace;

class CatalogueTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
};

TEST_P(CatalogueTest, EveryCellIsDone) {
  const CompiledPlan plan = testing::ShippedPlan(GetParam());
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(plan.program));
  EXPECT_THAT(CellsThatAre({CellStatus::kError, CellStatus::kUnstable,
                            CellStatus::kMiss},
                           plan, ran.record),
              IsEmpty());
  if (ran.record.CountOf(CellStatus::kSkip) > 0) {
    GTEST_SKIP() << CellsThatAre({CellStatus::kSkip}, plan, ran.record)[0];
  }
  EXPECT_THAT(ran.notes, IsEmpty());
}

TEST_P(CatalogueTest, AShuffleChangesNothing) {
  const CompiledPlan plan = testing::ShippedPlan(GetParam());
  ASSERT_OK_AND_ASSIGN(const Ran in_order, RunInNamespace(plan.program));
  for (uint64_t seed : {1, 2}) {
    ASSERT_OK_AND_ASSIGN(const Ran shuffled,
                         RunInNamespace(plan.program, {.shuffle_seed = seed}));
    EXPECT_EQ(in_order.record, shuffled.record) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Plans, CatalogueTest,
                         ::testing::ValuesIn(testing::ShortPlanFiles()),
                         testing::PlanTestName);

}  // namespace
}  // namespace sockdrift
