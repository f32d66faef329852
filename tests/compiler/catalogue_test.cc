// The shipped plans: that they compile, how many cells they have, which claims
// they carry, and that their bytes are stable.
#include "compiler/catalogue.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/plan/cells.h"
#include "core/plan/program_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

const std::vector<CompiledPlan>& Plans() {
  static const auto* plans =
      new absl::StatusOr<std::vector<CompiledPlan>>(Catalogue());
  static const auto* none = new std::vector<CompiledPlan>();
  EXPECT_OK(*plans);
  return plans->ok() ? **plans : *none;
}

const CompiledPlan& Plan(const std::string& name) {
  static const auto* none = new CompiledPlan();
  for (const CompiledPlan& plan : Plans()) {
    if (plan.name == name) return plan;
  }
  ADD_FAILURE() << "no plan " << name;
  return *none;
}

std::set<std::string> ClaimsOf(const CompiledPlan& plan) {
  std::set<std::string> claims;
  for (const Expectation& expectation : plan.expectations) {
    for (const ClaimReference& claim : expectation.claims) {
      claims.insert(claim.id);
    }
  }
  return claims;
}

TEST(CatalogueTest, CellsAreAsManyAsTheMatricesSay) {
  std::map<std::string, uint32_t> cells;
  for (const CompiledPlan& plan : Plans()) {
    cells[plan.name] = CellSpace(plan.program).size();
  }
  const std::map<std::string, uint32_t> expected = {
      {"bind.conflict", 60 * 60 * 3},
      {"bind.privileged-port", 2 * 2 * 5 * 5},
      {"dual-stack.listener-reach", (2 + 4 * 3) * 5 * 2},
      {"reuse.restart", 5 * 11 * 3 * 3},
      {"reuse.time-wait-length", 3 * 2 * 2},
  };
  EXPECT_EQ(cells, expected);
}

TEST(CatalogueTest, BindConflictObservesBindsAndListens) {
  EXPECT_THAT(
      Plan("bind.conflict").program.observations,
      ElementsAre("bind.a", "listen.a", "bind.b", "listen.b", "listen.a.late"));
}

TEST(CatalogueTest, EveryClaimIsCarriedByAnExpectation) {
  EXPECT_THAT(ClaimsOf(Plan("dual-stack.listener-reach")),
              ElementsAre("A1", "A2", "A3", "A4", "A5", "A6"));
  EXPECT_THAT(ClaimsOf(Plan("reuse.restart")),
              ElementsAre("B1", "B10", "B3", "B4", "B6", "B7"));
  EXPECT_THAT(ClaimsOf(Plan("reuse.time-wait-length")), ElementsAre("B2"));
}

TEST(CatalogueTest, OnlyTimeWaitLengthIsLong) {
  for (const CompiledPlan& plan : Plans()) {
    EXPECT_EQ(plan.program.long_running, plan.name == "reuse.time-wait-length")
        << plan.name;
  }
}

TEST(CatalogueTest, EveryExpectationSaysWhatWhyAndWhere) {
  for (const CompiledPlan& plan : Plans()) {
    EXPECT_THAT(plan.title, Not(IsEmpty())) << plan.name;
    EXPECT_THAT(plan.expectations, Not(IsEmpty())) << plan.name;
    for (const Expectation& expectation : plan.expectations) {
      SCOPED_TRACE(plan.name + " " + expectation.id);
      EXPECT_THAT(expectation.says, Not(IsEmpty()));
      EXPECT_THAT(expectation.source, Not(IsEmpty()));
      EXPECT_GT(expectation.line, 0);
      ASSERT_THAT(expectation.checks, Not(IsEmpty()));
      for (const Check& check : expectation.checks) {
        EXPECT_THAT(check.cells, Not(IsEmpty()));
        EXPECT_THAT(check.expected, Not(IsEmpty()));
      }
    }
  }
}

TEST(CatalogueTest, ProgramsSurviveTheirBytes) {
  for (const CompiledPlan& plan : Plans()) {
    const std::string bytes = EncodeProgram(plan.program);
    ASSERT_OK_AND_ASSIGN(const Program decoded, DecodeProgram(bytes));
    EXPECT_EQ(EncodeProgram(decoded), bytes) << plan.name;
    EXPECT_EQ(decoded.steps, plan.program.steps) << plan.name;
  }
}

TEST(CatalogueTest, CompilingTwiceGivesTheSameBytes) {
  ASSERT_OK_AND_ASSIGN(const std::vector<CompiledPlan> again, Catalogue());
  ASSERT_EQ(again.size(), Plans().size());
  for (size_t i = 0; i < again.size(); ++i) {
    EXPECT_EQ(EncodeProgram(again[i].program),
              EncodeProgram(Plans()[i].program));
  }
}

// Prose, sources and expectations are not measured.
TEST(CatalogueTest, TitlesAndExpectationsAreNotInTheProgram) {
  for (const EmbeddedPlan& embedded : EmbeddedPlans()) {
    std::string yaml(embedded.yaml);
    yaml.replace(yaml.find("title: "), 7, "title: Not ");
    yaml.resize(yaml.find("\nexpect:") + 1);
    const CompileResult changed = CompilePlan(yaml, embedded.path);
    ASSERT_TRUE(changed.ok()) << changed.diagnostics[0].ToString();
    EXPECT_EQ(EncodeProgram(changed.plan.program),
              EncodeProgram(Plan(changed.plan.name).program));
  }
}

}  // namespace
}  // namespace sockdrift
