#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/command_plans.h"
#include "cli/plan_source.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

// One diagnostic a line on standard output, as compilers write them, so that
// editors can jump to the place.
ExitCode LintPlans(const std::vector<std::string>& files, Console& console) {
  size_t problems = 0;
  for (const std::string& file : files) {
    const absl::StatusOr<PlanText> text = ReadPlanFile(file);
    if (!text.ok()) {
      console.Error(text.status());
      ++problems;
      continue;
    }
    const CompileResult result = CompilePlan(text->yaml, text->file);
    for (const Diagnostic& diagnostic : result.diagnostics) {
      console.Data(absl::StrCat(diagnostic.ToString(), "\n"));
    }
    problems += result.diagnostics.size();
    if (result.ok()) {
      console.Data(absl::StrCat(
          file, ": ", result.plan.name, ", ",
          Counted(CellSpace(result.plan.program).size(), "cell", "cells"), ", ",
          Counted(result.plan.expectations.size(), "expectation",
                  "expectations"),
          "\n"));
    }
  }
  if (problems == 0) return ExitCode::kFine;
  console.Error(absl::StrCat(Counted(problems, "problem", "problems"), " in ",
                             Counted(files.size(), "file", "files"),
                             "; docs/plan-language.md describes the language"));
  return ExitCode::kInvalid;
}

}  // namespace

void AddPlansLintCommand(CLI::App& plans, Invocation& invocation) {
  CLI::App* command = plans.add_subcommand(
      "lint", "Whether plan files are valid; all errors at once");
  auto files = std::make_shared<std::vector<std::string>>();
  command->add_option("FILE", *files, "plan files")
      ->required()
      ->option_text("FILE…");
  command->callback([&invocation, files] {
    invocation.action = [files](Console& console) {
      return LintPlans(*files, console);
    };
  });
}

}  // namespace sockdrift
