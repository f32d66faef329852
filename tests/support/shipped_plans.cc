#include "tests/support/shipped_plans.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "compiler/catalogue.h"
#include "core/plan/cells.h"

namespace sockdrift::testing {
namespace {

constexpr absl::string_view kFolder = "plans/";
constexpr size_t kFew = 8;

}  // namespace

std::vector<std::string> ShortPlanFiles() {
  std::vector<std::string> files;
  for (const EmbeddedPlan& plan : EmbeddedPlans()) {
    // Compiling the whole catalogue in each test's process would say the same
    // (compiler_catalogue_test holds both together) at some hundred times the
    // cost.
    if (absl::StrContains(plan.yaml, "\nduration: long")) continue;
    files.emplace_back(absl::StripPrefix(plan.path, kFolder));
  }
  return files;
}

absl::string_view ShippedPlanText(const std::string& file) {
  const std::string path = absl::StrCat(kFolder, file);
  for (const EmbeddedPlan& plan : EmbeddedPlans()) {
    if (plan.path == path) return plan.yaml;
  }
  ADD_FAILURE() << "no plan is shipped as " << path;
  return "";
}

CompiledPlan ShippedPlan(const std::string& file) {
  const std::string path = absl::StrCat(kFolder, file);
  for (const EmbeddedPlan& plan : EmbeddedPlans()) {
    if (plan.path != path) continue;
    CompileResult result = CompilePlan(plan.yaml, plan.path);
    for (const Diagnostic& diagnostic : result.diagnostics) {
      ADD_FAILURE() << diagnostic.ToString();
    }
    return std::move(result.plan);
  }
  ADD_FAILURE() << "no plan is shipped as " << path;
  return {};
}

std::string PlanTestName(const ::testing::TestParamInfo<std::string>& file) {
  return absl::StrReplaceAll(absl::StripSuffix(file.param, ".yaml"),
                             {{"/", "_"}, {"-", "_"}, {".", "_"}});
}

std::string CellText(const CompiledPlan& plan, const Record& record,
                     uint32_t cell) {
  const CellSpace cells(plan.program);
  std::string text = absl::StrCat(
      plan.name, CellName(plan.program, cells.Coordinate(cell)), " ",
      CellStatusName(record.status[cell]), " ", record.Reason(cell));
  for (size_t i = 0; i < plan.program.observations.size(); ++i) {
    absl::StrAppend(&text, " ", plan.program.observations[i], "=",
                    record.Outcome(i, cell));
  }
  return text;
}

std::vector<std::string> CellsThatAre(const std::vector<CellStatus>& statuses,
                                      const CompiledPlan& plan,
                                      const Record& record) {
  std::vector<std::string> texts;
  for (uint32_t cell = 0; cell < record.cells() && texts.size() < kFew;
       ++cell) {
    if (std::count(statuses.begin(), statuses.end(), record.status[cell]) > 0) {
      texts.push_back(CellText(plan, record, cell));
    }
  }
  return texts;
}

std::vector<std::string> CellsThatDiffer(const CompiledPlan& plan,
                                         const Record& a, const Record& b) {
  EXPECT_EQ(a.cells(), b.cells());
  std::vector<std::string> texts;
  for (uint32_t cell = 0;
       cell < std::min(a.cells(), b.cells()) && texts.size() < kFew; ++cell) {
    const std::string in_a = CellText(plan, a, cell);
    const std::string in_b = CellText(plan, b, cell);
    if (in_a != in_b) texts.push_back(absl::StrCat(in_a, "\n  ", in_b));
  }
  return texts;
}

}  // namespace sockdrift::testing
