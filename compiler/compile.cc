#include "compiler/compile.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/expectations.h"
#include "compiler/map_reader.h"
#include "compiler/matrix.h"
#include "compiler/plan_context.h"
#include "compiler/plan_head.h"
#include "compiler/report.h"
#include "compiler/steps.h"
#include "compiler/yaml_tree.h"
#include "core/plan/cells.h"
#include "core/plan/program_codec.h"
#include "core/plan/validate_program.h"

namespace sockdrift {
namespace {

// Whether a range of `ports:` may be an outcome, though no step goes to it.
bool ShowsPorts(const Program& program) {
  return std::any_of(program.steps.begin(), program.steps.end(),
                     [](const Step& step) {
                       return step.observation != kNoObservation &&
                              (step.operation == Operation::kGetsockname ||
                               step.operation == Operation::kGetpeername);
                     });
}

void ReportUnusedNames(const PlanContext& context) {
  for (const auto& [name, where] : context.unused_ports) {
    if (ShowsPorts(context.plan.program)) break;
    context.report.Add(
        *where, absl::StrCat("no step uses the port ", name, "; remove it"));
  }
  for (const auto& [name, where] : context.unused_users) {
    context.report.Add(
        *where, absl::StrCat("no step has the user ", name, "; remove it"));
  }
}

// What needs the cells. Whether two of them are the same is only worth asking
// once all else is right.
void ReadWhatSpeaksOfCells(const YamlNode* expect, const YamlNode& axes,
                           PlanContext& context) {
  const bool good = context.report.empty();
  const CellSpace cells(context.plan.program);
  if (expect != nullptr) ReadExpectations(*expect, cells, context);
  if (!good) return;
  const absl::Status valid = ValidateProgram(context.plan.program);
  if (valid.ok()) {
    RequireDistinctCells(cells, axes, context);
  } else {
    context.report.Add(axes, valid.message());
  }
}

void ReadPlan(const YamlNode& root, PlanContext& context) {
  Report& report = context.report;
  MapReader plan(root, "a plan", report);
  if (!root.map()) {
    if (root.line == 0 && report.empty()) {
      YamlNode start;
      start.line = 1;
      start.column = 1;
      report.Add(start, "the file is empty; a plan begins with `plan:`");
    }
    return;
  }
  const YamlNode* axes = plan.Find("axes");
  context.axes.Read(axes, report);
  ReadPlanHead(plan, context);
  const bool cells_good =
      ReadMatrix(plan.Find("except"), axes != nullptr ? *axes : root, context);
  const YamlNode* recipes = plan.Find("recipes");
  const YamlNode* steps = plan.Require("steps");
  if (steps != nullptr) ReadSteps(*steps, recipes, context);
  const YamlNode* expect = plan.Find("expect");
  plan.Finish();
  context.axes.ReportUnused(report);
  ReportUnusedNames(context);
  if (cells_good) {
    ReadWhatSpeaksOfCells(expect, axes != nullptr ? *axes : root, context);
  }
}

}  // namespace

CompileResult CompilePlan(absl::string_view yaml, absl::string_view file,
                          const ClaimBook* claims) {
  Report report(file);
  const YamlNode root = ParseYaml(yaml, report);
  PlanContext context(report);
  context.claims = claims;
  ReadPlan(root, context);
  CompileResult result;
  result.plan = std::move(context.plan);
  result.plan.file = std::string(file);
  result.diagnostics = std::move(report).Take();
  return result;
}

}  // namespace sockdrift
