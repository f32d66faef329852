#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/command_plans.h"
#include "cli/plan_source.h"
#include "compiler/catalogue.h"
#include "core/divergence/render.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

struct LintOptions {
  std::vector<std::string> files;
  std::vector<std::string> folders;
};

// What was looked at.
struct Linted {
  size_t files = 0;
  size_t problems = 0;
  std::vector<CompiledPlan> of_folders;  // those without a mistake
};

// One diagnostic a line on standard output, as compilers write them, so that
// editors can jump to the place.
CompiledPlan LintText(const PlanText& text, Linted& linted, Console& console) {
  ++linted.files;
  CompileResult result = CompilePlan(text.yaml, text.file, text.claims.get());
  for (const Diagnostic& diagnostic : result.diagnostics) {
    console.Data(absl::StrCat(diagnostic.ToString(), "\n"));
  }
  linted.problems += result.diagnostics.size();
  if (result.ok()) {
    console.Data(absl::StrCat(
        text.file, ": ", result.plan.name, ", ",
        Counted(CellSpace(result.plan.program).size(), "cell", "cells"), ", ",
        Counted(result.plan.expectations.size(), "expectation", "expectations"),
        "\n"));
  }
  return std::move(result.plan);
}

void LintFile(const std::string& file, Linted& linted, Console& console) {
  const absl::StatusOr<PlanText> text = ReadPlanFile(file);
  if (text.ok()) {
    LintText(*text, linted, console);
    return;
  }
  console.Error(text.status());
  ++linted.files;
  ++linted.problems;
}

void LintFolder(const std::string& folder, Linted& linted, Console& console) {
  const absl::StatusOr<std::vector<PlanText>> texts = ReadPlanFolder(folder);
  if (!texts.ok()) {
    console.Error(texts.status());
    ++linted.problems;
    return;
  }
  for (const PlanText& text : *texts) {
    CompiledPlan plan = LintText(text, linted, console);
    if (!plan.name.empty()) linted.of_folders.push_back(std::move(plan));
  }
}

// Plans of a folder stand beside the built-in ones. A file that is named may be
// the one from which a built-in plan was made.
void LintNames(Linted& linted, Console& console) {
  if (linted.of_folders.empty()) return;
  const absl::StatusOr<std::vector<CompiledPlan>> built_in = Catalogue();
  if (!built_in.ok()) return;
  std::vector<const CompiledPlan*> plans;
  for (const CompiledPlan& plan : *built_in) plans.push_back(&plan);
  for (const CompiledPlan& plan : linted.of_folders) plans.push_back(&plan);
  const absl::Status distinct = RequireDistinctNames(plans);
  if (distinct.ok()) return;
  console.Error(distinct);
  ++linted.problems;
}

ExitCode LintPlans(const LintOptions& options, Console& console) {
  if (options.files.empty() && options.folders.empty()) {
    console.Error("name a plan FILE, or a folder of them with --plans DIR");
    return ExitCode::kInvalid;
  }
  Linted linted;
  for (const std::string& file : options.files) {
    LintFile(file, linted, console);
  }
  for (const std::string& folder : options.folders) {
    LintFolder(folder, linted, console);
  }
  LintNames(linted, console);
  if (linted.problems == 0) return ExitCode::kFine;
  console.Error(absl::StrCat(Counted(linted.problems, "problem", "problems"),
                             " in ", Counted(linted.files, "file", "files"),
                             "; docs/plan-language.md describes the language"));
  return ExitCode::kInvalid;
}

}  // namespace

void AddPlansLintCommand(CLI::App& plans, Invocation& invocation) {
  CLI::App* command = plans.add_subcommand(
      "lint", "Whether plan files are valid; all errors at once");
  auto options = std::make_shared<LintOptions>();
  command->add_option("FILE", options->files, "plan files")
      ->option_text("FILE…");
  AddPlansFolderOption(*command, options->folders);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return LintPlans(*options, console);
    };
  });
}

}  // namespace sockdrift
