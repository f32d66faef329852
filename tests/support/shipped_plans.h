// The shipped plans as parameters of tests, so that a new plan is tested
// without any list to edit.
#ifndef SOCKDRIFT_TESTS_SUPPORT_SHIPPED_PLANS_H_
#define SOCKDRIFT_TESTS_SUPPORT_SHIPPED_PLANS_H_

#include <string>
#include <vector>

#include "compiler/compile.h"
#include "gtest/gtest.h"

namespace sockdrift::testing {

// The files of all plans that take seconds, not minutes: "bind/conflict.yaml".
std::vector<std::string> ShortPlanFiles();

// The text of one of them.
absl::string_view ShippedPlanText(const std::string& file);

// One of them, compiled. A mistake in it fails the test.
CompiledPlan ShippedPlan(const std::string& file);

// "bind_conflict", for INSTANTIATE_TEST_SUITE_P.
std::string PlanTestName(const ::testing::TestParamInfo<std::string>& file);

// A cell's name, status, reason and outcomes, for messages.
std::string CellText(const CompiledPlan& plan, const Record& record,
                     uint32_t cell);

// The first few cells that have one of these statuses, as CellText.
std::vector<std::string> CellsThatAre(const std::vector<CellStatus>& statuses,
                                      const CompiledPlan& plan,
                                      const Record& record);

// The first few cells that two records of a plan have not alike, each as
// CellText twice.
std::vector<std::string> CellsThatDiffer(const CompiledPlan& plan,
                                         const Record& a, const Record& b);

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_SUPPORT_SHIPPED_PLANS_H_
