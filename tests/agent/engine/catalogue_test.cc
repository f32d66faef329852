// Those plans of the catalogue that need no more than a plain namespace, run by
// the engine in this process. tests/compiler/shipped_plans_test.cc runs all of
// them by the probe.
#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/match.h"
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

// Keys of a plan that ask for more than a plain namespace.
constexpr absl::string_view kMoreThanPlain[] = {
    "\nworld:", "\nhosts:", "\nusers:", "\nisolation:"};

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
    EXPECT_THAT(
        testing::CellsThatDiffer(plan, in_order.record, shuffled.record),
        IsEmpty())
        << "seed " << seed;
    EXPECT_TRUE(in_order.record == shuffled.record) << "seed " << seed;
  }
}

// By their texts, as ShortPlanFiles goes by them too.
std::vector<std::string> PlainPlanFiles() {
  std::vector<std::string> files;
  for (const std::string& file : testing::ShortPlanFiles()) {
    const absl::string_view yaml = testing::ShippedPlanText(file);
    const bool asks_more = std::any_of(
        std::begin(kMoreThanPlain), std::end(kMoreThanPlain),
        [&](absl::string_view key) { return absl::StrContains(yaml, key); });
    if (!asks_more) files.push_back(file);
  }
  return files;
}

INSTANTIATE_TEST_SUITE_P(Plans, CatalogueTest,
                         ::testing::ValuesIn(PlainPlanFiles()),
                         testing::PlanTestName);

}  // namespace
}  // namespace sockdrift
