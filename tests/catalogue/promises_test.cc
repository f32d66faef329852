// Holds the shipped plans to what the catalogue promises of itself: sizes,
// claims, sources, and that no expectation follows from another.
#include "tests/catalogue/promises.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/catalogue.h"
#include "compiler/claims.h"
#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/catalogue/implication.h"
#include "tests/support/status_matchers.h"

namespace sockdrift::testing {
namespace {

using ::testing::IsEmpty;

const std::vector<CompiledPlan>& Plans() {
  static const auto* plans =
      new absl::StatusOr<std::vector<CompiledPlan>>(Catalogue());
  static const auto* none = new std::vector<CompiledPlan>();
  EXPECT_OK(*plans);
  return plans->ok() ? **plans : *none;
}

std::string Place(const CompiledPlan& plan, const Expectation& expectation) {
  return absl::StrCat(plan.file, ":", expectation.line, ": ", expectation.id);
}

TEST(PromisesTest, EveryClaimIsNamedByAnExpectation) {
  std::set<std::string, ClaimOrder> missing;
  for (const auto& [id, claim] : BuiltInClaims().claims()) missing.insert(id);
  EXPECT_EQ(missing.size(), 75U);
  for (const CompiledPlan& plan : Plans()) {
    for (const Expectation& expectation : plan.expectations) {
      for (const ClaimReference& claim : expectation.claims) {
        missing.erase(claim.id);
      }
    }
  }
  EXPECT_THAT(missing, IsEmpty()) << "no expectation names these claims";
}

// Of a man page, a standard, a kernel's file, function or commit, a chapter or
// an issue, something is named that can be looked up: a letter and a digit or a
// parenthesis are the least.
TEST(PromisesTest, EveryExpectationHasASourceThatCanBeLookedUp) {
  std::vector<std::string> without;
  for (const CompiledPlan& plan : Plans()) {
    for (const Expectation& expectation : plan.expectations) {
      if (expectation.source.find_first_of("0123456789(/#_.") ==
          std::string::npos) {
        without.push_back(absl::StrCat(Place(plan, expectation), ": \"",
                                       expectation.source, "\""));
      }
    }
  }
  EXPECT_THAT(without, IsEmpty());
}

TEST(PromisesTest, ThereAreEnoughExpectations) {
  size_t expectations = 0;
  for (const CompiledPlan& plan : Plans()) {
    expectations += plan.expectations.size();
  }
  EXPECT_GE(expectations, kExpectations);
  RecordProperty("expectations", static_cast<int>(expectations));
}

TEST(PromisesTest, ThereAreEnoughCellsAndNoPlanHasMostOfThem) {
  std::map<std::string, size_t> cells;
  size_t all = 0;
  for (const CompiledPlan& plan : Plans()) {
    cells[plan.name] = CellSpace(plan.program).size();
    all += cells[plan.name];
  }
  EXPECT_GE(all, kCells);
  RecordProperty("cells", static_cast<int>(all));
  for (const auto& [plan, size] : cells) {
    EXPECT_LE(static_cast<double>(size), kLargestShare * all)
        << plan << " has " << size << " of " << all << " cells";
  }
}

TEST(PromisesTest, NoExpectationFollowsFromAnother) {
  std::vector<std::string> implied;
  for (const CompiledPlan& plan : Plans()) {
    for (const Expectation& strong : plan.expectations) {
      for (const Expectation& weak : plan.expectations) {
        if (&strong == &weak || !Implies(strong, weak)) continue;
        implied.push_back(absl::StrCat(Place(plan, weak), " follows from ",
                                       strong.id, " (line ", strong.line, ")"));
      }
    }
  }
  EXPECT_THAT(implied, IsEmpty());
}

TEST(PromisesTest, SilentAxesAreThere) {
  size_t unexplained = 0;
  for (const SilentAxis& silent : SilentAxes()) {
    unexplained += silent.matters_in.empty() ? 1 : 0;
    bool found = false;
    for (const CompiledPlan& plan : Plans()) {
      for (const Axis& axis : plan.program.axes) {
        found |= plan.name == silent.plan && axis.name == silent.axis;
      }
    }
    EXPECT_TRUE(found) << silent.plan << " " << silent.axis;
  }
  EXPECT_LE(unexplained, kUnexplainedAxes);
}

}  // namespace
}  // namespace sockdrift::testing
