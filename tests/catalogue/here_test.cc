// Each shipped plan on this machine's kernel: every expectation speaks of
// something, and every axis matters.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/plan/cells.h"
#include "core/plan/expectation.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/catalogue/promises.h"
#include "tests/support/pristine_run.h"
#include "tests/support/require.h"
#include "tests/support/shipped_plans.h"
#include "tests/support/status_matchers.h"

namespace sockdrift::testing {
namespace {

using ::testing::IsEmpty;

Expectation Negated(Expectation expectation) {
  for (Check& check : expectation.checks) {
    for (OutcomeCondition& condition : check.expected) {
      condition.negated = !condition.negated;
    }
  }
  return expectation;
}

bool SpeaksOfSkippedCells(const Expectation& expectation,
                          const Record& record) {
  for (const Check& check : expectation.checks) {
    for (uint32_t cell : check.cells) {
      if (record.status[cell] == CellStatus::kSkip) return true;
    }
  }
  return false;
}

// Those whose negation this host would not notice. What is `given:` for other
// hosts is not asked, nor is what this kernel cannot measure.
std::vector<std::string> Unnoticed(const CompiledPlan& plan,
                                   const Measured& measured) {
  std::vector<std::string> unnoticed;
  for (const Expectation& expectation : plan.expectations) {
    const Finding finding =
        Evaluate(expectation, measured.record, measured.facts);
    const std::string place =
        absl::StrCat(plan.file, ":", expectation.line, ": ", expectation.id);
    if (finding.verdict == Verdict::kNotTested) {
      Expectation everywhere = expectation;
      everywhere.given.clear();
      const bool other_hosts =
          !expectation.given.empty() &&
          finding.reason !=
              Evaluate(everywhere, measured.record, measured.facts).reason;
      if (other_hosts || SpeaksOfSkippedCells(expectation, measured.record)) {
        continue;
      }
      unnoticed.push_back(absl::StrCat(place, ": ", finding.reason));
      continue;
    }
    const Finding negated =
        Evaluate(Negated(expectation), measured.record, measured.facts);
    // Of a claim that depends, other cells must speak for it.
    if (negated.verdict == finding.verdict &&
        negated.satisfied == finding.satisfied) {
      unnoticed.push_back(absl::StrCat(place, ": its negation is ",
                                       VerdictName(negated.verdict, false),
                                       " as well"));
    }
  }
  return unnoticed;
}

// Some observation that both cells come to is answered differently.
bool Differ(const Record& record, uint32_t a, uint32_t b) {
  if (record.status[a] != CellStatus::kDone ||
      record.status[b] != CellStatus::kDone) {
    return false;
  }
  return std::any_of(record.columns.begin(), record.columns.end(),
                     [&](const std::vector<uint32_t>& column) {
                       return column[a] != column[b] &&
                              column[a] != kNotObserved &&
                              column[b] != kNotObserved;
                     });
}

// Two cells that differ in this axis only and in an outcome.
bool Matters(size_t axis, const Program& program, const Record& record) {
  const CellSpace cells(program);
  uint32_t stride = 1;
  for (size_t i = axis + 1; i < program.axes.size(); ++i) {
    stride *= static_cast<uint32_t>(program.axes[i].values.size());
  }
  const size_t values = program.axes[axis].values.size();
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    const size_t value = cells.Coordinate(cell)[axis];
    for (size_t other = value + 1; other < values; ++other) {
      const auto steps = static_cast<uint32_t>(other - value);
      const auto sibling = cells.FromRaw(cells.RawIndex(cell) + steps * stride);
      if (sibling.has_value() && Differ(record, cell, *sibling)) return true;
    }
  }
  return false;
}

bool IsListed(const CompiledPlan& plan, const Axis& axis) {
  return std::any_of(
      SilentAxes().begin(), SilentAxes().end(), [&](const SilentAxis& silent) {
        return silent.plan == plan.name && silent.axis == axis.name;
      });
}

// The axes, by index, along which no outcome differs in any of the worlds.
std::set<size_t> SilentOf(const CompiledPlan& plan, const Record& record) {
  std::set<size_t> silent;
  for (size_t i = 0; i < plan.program.axes.size(); ++i) {
    if (IsListed(plan, plan.program.axes[i])) continue;
    if (!Matters(i, plan.program, record)) silent.insert(i);
  }
  for (const OtherWorld& world : OtherWorlds()) {
    if (silent.empty()) break;
    const absl::StatusOr<Measured> other = MeasurePristine(
        plan,
        {.sysctls = {{std::string(world.sysctl), std::string(world.value)}}});
    // A kernel may lack the sysctl.
    if (!other.ok()) continue;
    std::erase_if(silent, [&](size_t axis) {
      return Matters(axis, plan.program, other->record);
    });
  }
  return silent;
}

std::vector<std::string> Silent(const CompiledPlan& plan,
                                const Record& record) {
  std::vector<std::string> names;
  for (size_t axis : SilentOf(plan, record)) {
    names.push_back(
        absl::StrCat(plan.file, ": ", plan.program.axes[axis].name));
  }
  return names;
}

class HereTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
};

TEST_P(HereTest, EveryExpectationSpeaksAndEveryAxisMatters) {
  const CompiledPlan plan = ShippedPlan(GetParam());
  ASSERT_OK_AND_ASSIGN(const Measured measured, MeasurePristine(plan));
  if (measured.record.CountOf(CellStatus::kDone) == 0) {
    GTEST_SKIP() << CellText(plan, measured.record, 0);
  }
  EXPECT_THAT(Unnoticed(plan, measured), IsEmpty())
      << "negating these expectations would change no verdict here";
  EXPECT_THAT(Silent(plan, measured.record), IsEmpty())
      << "no two cells that differ in these axes only differ in an outcome; "
         "list the kernel or mutant in which they do, or the sysctl, in "
         "tests/catalogue/promises.cc, or drop the axis";
}

INSTANTIATE_TEST_SUITE_P(Short, HereTest, ::testing::ValuesIn(ShortPlanFiles()),
                         PlanTestName);

}  // namespace
}  // namespace sockdrift::testing
