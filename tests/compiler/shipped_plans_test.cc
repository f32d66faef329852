// The shipped plans on this machine's kernel, each in a probe of its own: no
// cell is ERROR or UNSTABLE, every rule that could be tested holds, order does
// not matter, and a host without IPv6 gives outcomes rather than errors.
#include "tests/support/shipped_plans.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agent/facts/facts.h"
#include "agent/supervise/supervise.h"
#include "agent/worlds/pristine.h"
#include "core/plan/expectation.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using testing::CellsThatAre;
using testing::CellText;
using ::testing::IsEmpty;

Job JobOf(const CompiledPlan& plan) {
  Job job;
  job.plan = plan.name;
  job.program = plan.program;
  job.world = World::kPristine;
  return job;
}

std::vector<std::string> Unmeasured(const CompiledPlan& plan,
                                    const Record& record) {
  return CellsThatAre(
      {CellStatus::kError, CellStatus::kUnstable, CellStatus::kMiss}, plan,
      record);
}

// The rules that are broken, each with the first cell that breaks it.
std::vector<std::string> Broken(const CompiledPlan& plan, const Record& record,
                                const Facts& facts) {
  std::vector<std::string> out;
  for (const Expectation& expectation : plan.expectations) {
    const Finding finding = Evaluate(expectation, record, facts);
    if (finding.verdict != Verdict::kBroken) continue;
    out.push_back(
        absl::StrCat(plan.file, ":", expectation.line, ": ", expectation.id,
                     " in ", finding.violated.size(), " of ",
                     finding.violated.size() + finding.satisfied.size(), ": ",
                     CellText(plan, record, finding.violated[0])));
  }
  return out;
}

// The facts of a pristine world on this host, as an audit takes them.
Facts PristineFacts() {
  Facts facts = ReadFacts({});
  for (const auto& [name, value] : PristineSysctls()) {
    const auto fact = facts.find(absl::StrReplaceAll(name, {{"/", "."}}));
    if (fact != facts.end()) fact->second = value;
  }
  return facts;
}

class ShippedPlansTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
};

TEST_P(ShippedPlansTest, AreMeasuredAndTheirRulesHold) {
  const CompiledPlan plan = testing::ShippedPlan(GetParam());
  ASSERT_OK_AND_ASSIGN(const ProbeResult result, RunJob(JobOf(plan), {}));
  ASSERT_EQ(result.end, ProbeEnd::kFinished) << result.message;
  EXPECT_THAT(Unmeasured(plan, result.record), IsEmpty());
  EXPECT_THAT(Broken(plan, result.record, PristineFacts()), IsEmpty());
  if (result.record.CountOf(CellStatus::kSkip) > 0) {
    GTEST_SKIP() << CellsThatAre({CellStatus::kSkip}, plan, result.record)[0];
  }
}

TEST_P(ShippedPlansTest, AreTheSameInAnyOrder) {
  const CompiledPlan plan = testing::ShippedPlan(GetParam());
  ASSERT_OK_AND_ASSIGN(const ProbeResult in_order, RunJob(JobOf(plan), {}));
  Job job = JobOf(plan);
  job.shuffle_seed = 7;
  ASSERT_OK_AND_ASSIGN(const ProbeResult shuffled, RunJob(job, {}));
  ASSERT_EQ(in_order.record.cells(), shuffled.record.cells());
  if (in_order.record == shuffled.record) return;
  for (uint32_t cell = 0; cell < in_order.record.cells(); ++cell) {
    EXPECT_EQ(CellText(plan, in_order.record, cell),
              CellText(plan, shuffled.record, cell));
    if (HasFailure()) break;
  }
  ADD_FAILURE() << "the records differ";
}

TEST_P(ShippedPlansTest, GiveOutcomesOnAHostWithoutIpv6) {
  const CompiledPlan plan = testing::ShippedPlan(GetParam());
  Job job = JobOf(plan);
  job.overrides["net.ipv6.conf.all.disable_ipv6"] = "1";
  ASSERT_OK_AND_ASSIGN(const ProbeResult result, RunJob(job, {}));
  ASSERT_EQ(result.end, ProbeEnd::kFinished) << result.message;
  EXPECT_THAT(Unmeasured(plan, result.record), IsEmpty());
  Facts facts = PristineFacts();
  facts["net.ipv6.conf.all.disable_ipv6"] = "1";
  EXPECT_THAT(Broken(plan, result.record, facts), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Short, ShippedPlansTest,
                         ::testing::ValuesIn(testing::ShortPlanFiles()),
                         testing::PlanTestName);

}  // namespace
}  // namespace sockdrift
