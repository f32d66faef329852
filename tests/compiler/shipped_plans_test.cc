// The shipped plans on this machine's kernel: no cell is ERROR or UNSTABLE, and
// every rule that could be tested holds.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agent/facts/facts.h"
#include "agent/supervise/supervise.h"
#include "compiler/catalogue.h"
#include "core/plan/cells.h"
#include "core/plan/expectation.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::IsEmpty;

std::string CellText(const CompiledPlan& plan, const CellSpace& cells,
                     const Record& record, uint32_t cell) {
  std::string text = absl::StrCat(
      plan.name, CellName(plan.program, cells.Coordinate(cell)), " ",
      CellStatusName(record.status[cell]), " ", record.Reason(cell));
  for (size_t i = 0; i < plan.program.observations.size(); ++i) {
    absl::StrAppend(&text, " ", plan.program.observations[i], "=",
                    record.Outcome(i, cell));
  }
  return text;
}

// The cells that could not be measured, the first few of each plan.
std::vector<std::string> Unmeasured(const CompiledPlan& plan,
                                    const Record& record) {
  constexpr size_t kFew = 8;
  const CellSpace cells(plan.program);
  std::vector<std::string> out;
  for (uint32_t cell = 0; cell < cells.size() && out.size() < kFew; ++cell) {
    if (record.status[cell] == CellStatus::kDone) continue;
    out.push_back(CellText(plan, cells, record, cell));
  }
  return out;
}

// The rules that are broken, each with the first cell that breaks it.
std::vector<std::string> Broken(const CompiledPlan& plan, const Record& record,
                                const Facts& facts) {
  const CellSpace cells(plan.program);
  std::vector<std::string> out;
  for (const Expectation& expectation : plan.expectations) {
    const Finding finding = Evaluate(expectation, record, facts);
    if (finding.verdict != Verdict::kBroken) continue;
    out.push_back(
        absl::StrCat(expectation.id, " in ", finding.violated.size(), " of ",
                     finding.violated.size() + finding.satisfied.size(), ": ",
                     CellText(plan, cells, record, finding.violated[0])));
  }
  return out;
}

class ShippedPlansTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ShippedPlansTest, AreMeasuredAndTheirRulesHold) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  ASSERT_OK_AND_ASSIGN(const std::vector<CompiledPlan> plans, Catalogue());
  const Facts facts = ReadFacts({});
  for (const CompiledPlan& plan : plans) {
    if (plan.name != GetParam()) continue;
    Job job;
    job.plan = plan.name;
    job.program = plan.program;
    job.world = World::kPristine;
    ASSERT_OK_AND_ASSIGN(const ProbeResult result, RunJob(job, {}));
    ASSERT_EQ(result.end, ProbeEnd::kFinished) << result.message;
    EXPECT_THAT(Unmeasured(plan, result.record), IsEmpty());
    EXPECT_THAT(Broken(plan, result.record, facts), IsEmpty());
  }
}

std::string TestName(const ::testing::TestParamInfo<std::string>& plan) {
  return absl::StrReplaceAll(plan.param, {{".", "_"}, {"-", "_"}});
}

INSTANTIATE_TEST_SUITE_P(Short, ShippedPlansTest,
                         ::testing::Values("bind.conflict",
                                           "bind.privileged-port",
                                           "dual-stack.listener-reach",
                                           "reuse.restart"),
                         TestName);

}  // namespace
}  // namespace sockdrift
