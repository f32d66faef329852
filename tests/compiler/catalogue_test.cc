// The shipped plans: that they compile, how many cells they have, which claims
// they carry, and that their bytes are stable.
#include "compiler/catalogue.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/strip.h"
#include "core/plan/cells.h"
#include "core/plan/program_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/shipped_plans.h"
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

// Counted one combination after the other, unlike CellSpace.
TEST(CatalogueTest, CellsAreTheCombinationsThatAreNotExcluded) {
  for (const CompiledPlan& plan : Plans()) {
    uint64_t combinations = 1;
    for (const Axis& axis : plan.program.axes) {
      combinations *= axis.values.size();
    }
    std::set<uint64_t> left;
    for (uint64_t raw = 0; raw < combinations; ++raw) left.insert(raw);
    for (const Program::Run& run : plan.program.excluded) {
      for (uint64_t raw = run.first; raw < run.first + run.count; ++raw) {
        EXPECT_EQ(left.erase(raw), 1) << plan.name << " " << raw;
      }
    }
    EXPECT_EQ(CellSpace(plan.program).size(), left.size()) << plan.name;
    EXPECT_GT(left.size(), 0) << plan.name;
  }
}

TEST(CatalogueTest, BindConflictObservesBindsAndListens) {
  EXPECT_THAT(
      Plan("bind.conflict").program.observations,
      ElementsAre("bind.a", "listen.a", "bind.b", "listen.b", "listen.a.late"));
}

// What an audit without --long has to wait for is seconds.
TEST(CatalogueTest, APlanWhoseCellsMayTakeLongIsLong) {
  constexpr uint32_t kLongCell = 20'000;  // milliseconds
  for (const CompiledPlan& plan : Plans()) {
    EXPECT_EQ(plan.program.long_running, plan.program.limit_ms > kLongCell)
        << plan.file;
  }
}

TEST(CatalogueTest, ShortPlansAreTakenForShort) {
  std::vector<std::string> files = testing::ShortPlanFiles();
  for (const CompiledPlan& plan : Plans()) {
    const bool listed =
        std::find(files.begin(), files.end(),
                  std::string(absl::StripPrefix(plan.file, "plans/"))) !=
        files.end();
    EXPECT_NE(listed, plan.program.long_running) << plan.file;
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
