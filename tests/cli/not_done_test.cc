#include "cli/audit_report.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/measured_plan.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::MeasuredPlan;
using ::testing::HasSubstr;
using ::testing::Not;

// A plan that was to be run by a guest that had gone down.
PlanAudit Lost(const std::string& name) {
  PlanAudit plan = MeasuredPlan(name);
  plan.probe.end = ProbeEnd::kFailed;
  plan.probe.message = "6.12 went down";
  for (size_t cell = 0; cell < plan.probe.record.cells(); ++cell) {
    testing::SetStatus(plan.probe.record, cell, CellStatus::kMiss,
                       plan.probe.message);
  }
  return plan;
}

std::string TextOf(std::vector<PlanAudit> plans) {
  Audit audit;
  audit.host = "6.12";
  audit.plans = std::move(plans);
  return AuditText(audit, Console(ColorWhen::kNever));
}

TEST(NotDone, SaysOnceWhatBefellSeveralPlans) {
  const std::string text = TextOf({MeasuredPlan("bind.whole"), Lost("bind.a"),
                                   Lost("bind.b"), Lost("bind.c")});
  EXPECT_THAT(text,
              HasSubstr(absl::StrCat(
                  "\n  3 plans: ", 3 * MeasuredPlan("").probe.record.cells(),
                  " MISS: 6.12 went down  (such as bind.a)\n")));
  EXPECT_THAT(text, HasSubstr("\n  3 plans: failed: 6.12 went down\n"));
  EXPECT_THAT(text, Not(HasSubstr("bind.a: ")));
}

TEST(NotDone, NamesThePlanOfWhatBefellOne) {
  const std::string text = TextOf({MeasuredPlan("bind.whole"), Lost("bind.a")});
  EXPECT_THAT(text, HasSubstr(absl::StrCat(
                        "\n  bind.a: ", MeasuredPlan("").probe.record.cells(),
                        " MISS: 6.12 went down\n")));
  EXPECT_THAT(text, HasSubstr("\n  bind.a: failed: 6.12 went down\n"));
}

TEST(NotDone, ShowsACellWhereOnlySomeArePassedOver) {
  std::vector<PlanAudit> plans = {MeasuredPlan("bind.a"),
                                  MeasuredPlan("bind.b")};
  for (PlanAudit& plan : plans) {
    testing::SetStatus(plan.probe.record, 2, CellStatus::kSkip, "no module");
  }
  EXPECT_THAT(TextOf(plans),
              HasSubstr("\n  2 plans: 2 SKIP: no module  (such as bind.a["));
  plans.pop_back();
  EXPECT_THAT(TextOf(plans),
              HasSubstr("\n  bind.a: 1 SKIP: no module  (such as bind.a["));
}

}  // namespace
}  // namespace sockdrift
