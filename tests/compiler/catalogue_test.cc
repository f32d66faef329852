// The shipped plans: that they compile, how many cells they have, which claims
// they carry.
#include "compiler/catalogue.h"

#include <string>

#include "core/plan/cells.h"
#include "core/plan/program_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

const CompiledPlan& Plan(const std::string& name) {
  static const auto* plans =
      new absl::StatusOr<std::vector<CompiledPlan>>(Catalogue());
  static const auto* none = new CompiledPlan();
  EXPECT_OK(*plans);
  if (!plans->ok()) return *none;
  for (const CompiledPlan& plan : **plans) {
    if (plan.name == name) return plan;
  }
  ADD_FAILURE() << "no plan " << name;
  return *none;
}

TEST(CatalogueTest, BindConflictHasEveryOrderedPairThrice) {
  const CompiledPlan& plan = Plan("bind.conflict");
  EXPECT_EQ(CellSpace(plan.program).size(), 10'800u);
  EXPECT_THAT(plan.program.observations,
              ::testing::UnorderedElementsAre("bind.a", "bind.b", "listen.a",
                                              "listen.b", "listen.a.late"));
}

}  // namespace
}  // namespace sockdrift
