#include "cli/audit_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

PlanAudit Done(const std::string& name, size_t cells) {
  PlanAudit plan;
  plan.plan.name = name;
  plan.probe.record.status.assign(cells, CellStatus::kDone);
  plan.probe.record.reason.assign(cells, 0);
  return plan;
}

Audit OfPlans(size_t plans) {
  Audit audit;
  for (size_t i = 0; i < plans; ++i) {
    audit.plans.push_back(
        Done(absl::StrCat(i % 2 == 0 ? "bind" : "udp", ".plan-", i), 10));
  }
  return audit;
}

TEST(AuditTableTest, OfFewPlansNamesEach) {
  const std::string table = PlanTable(OfPlans(20), Console(ColorWhen::kNever));
  EXPECT_THAT(table, HasSubstr("bind.plan-0 "));
  EXPECT_THAT(table, HasSubstr("udp.plan-19 "));
}

TEST(AuditTableTest, OfManyPlansSumsSuitesAndNamesThoseWithTrouble) {
  Audit audit = OfPlans(60);
  audit.plans[4].probe.record.status[3] = CellStatus::kError;
  Finding broken;
  broken.verdict = Verdict::kBroken;
  audit.plans[5].findings = {broken};
  audit.plans[5].plan.expectations.resize(1);
  const std::string table = PlanTable(audit, Console(ColorWhen::kNever));
  EXPECT_THAT(table, ContainsRegex("bind\\.plan-4 +10 +9 +0 +1 "));
  EXPECT_THAT(table, ContainsRegex("udp\\.plan-5 .*1 of 1 broken"));
  EXPECT_THAT(table, ContainsRegex("bind, 29 plans +290 +290 "));
  EXPECT_THAT(table, ContainsRegex("udp, 29 plans +290 +290 "));
  EXPECT_THAT(table, Not(HasSubstr("plan-6")));
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 5);
}

}  // namespace
}  // namespace sockdrift
