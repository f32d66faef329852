#include "cli/command_plans.h"

#include <algorithm>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/audit.h"
#include "cli/audit_options.h"
#include "cli/interrupt.h"
#include "cli/suggest.h"
#include "cli/test_report.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

struct TestOptions {
  PlanChoice choice;
  AuditSettings settings;
  std::vector<std::string> expectations;
  OutputFormat format = OutputFormat::kTable;
};

// Leaves the expectations that were asked for and the plans that have them.
absl::Status KeepExpectations(const std::vector<std::string>& wanted,
                              std::vector<CompiledPlan>& plans) {
  std::vector<std::string> known;
  for (const CompiledPlan& plan : plans) {
    for (const Expectation& one : plan.expectations) known.push_back(one.id);
  }
  for (const std::string& id : wanted) {
    if (std::find(known.begin(), known.end(), id) != known.end()) continue;
    const std::string nearest = Nearest(id, known);
    return absl::NotFoundError(absl::StrCat(
        "no plan here has an expectation '", id, "'",
        nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?"),
        "\n  'sockdrift plans show NAME' lists a plan's expectations"));
  }
  for (CompiledPlan& plan : plans) {
    std::erase_if(plan.expectations, [&](const Expectation& one) {
      return std::find(wanted.begin(), wanted.end(), one.id) == wanted.end();
    });
  }
  std::erase_if(plans, [](const CompiledPlan& plan) {
    return plan.expectations.empty();
  });
  return absl::OkStatus();
}

absl::StatusOr<ChosenPlans> PlansToTest(const TestOptions& options) {
  SOCKDRIFT_RETURN_IF_ERROR(CheckNetns(options.settings));
  SOCKDRIFT_ASSIGN_OR_RETURN(ChosenPlans plans, ChoosePlans(options.choice));
  if (!options.expectations.empty()) {
    SOCKDRIFT_RETURN_IF_ERROR(
        KeepExpectations(options.expectations, plans.plans));
  }
  return plans;
}

ExitCode TestPlans(const TestOptions& options, Console& console) {
  const absl::StatusOr<ChosenPlans> plans = PlansToTest(options);
  if (!plans.ok()) {
    console.Error(plans.status());
    return ExitCode::kInvalid;
  }
  NoteLeftOut(*plans, console);
  WatchInterrupts();
  const absl::StatusOr<Audit> audit =
      RunAudit(plans->plans, options.settings, console);
  if (!audit.ok()) {
    console.Error(audit.status());
    return ExitCodeOf(audit.status());
  }
  console.Data(options.format == OutputFormat::kJson
                   ? TestJson(*audit)
                   : TestText(*audit, console));
  return Interrupted() ? ExitCode::kCouldNotTell : ExitCodeOf(*audit);
}

}  // namespace

void AddPlansTestCommand(CLI::App& plans, Invocation& invocation) {
  CLI::App* command = plans.add_subcommand(
      "test", "Runs plans on this host: the verdict on each expectation");
  auto options = std::make_shared<TestOptions>();
  command
      ->add_option("PLAN", options->choice.selection.wanted,
                   "plans' names, or files; all without any")
      ->option_text("NAME|FILE…");
  AddPlansFolderOption(*command, options->choice.selection.folders);
  command
      ->add_option("--expectation", options->expectations,
                   "only this expectation; may be given several times")
      ->allow_extra_args(false)
      ->option_text("ID");
  AddMeasuringOptions(*command, options->settings);
  AddLongFlag(*command, options->choice);
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return TestPlans(*options, console);
    };
  });
}

}  // namespace sockdrift
