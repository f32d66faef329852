// What the commands that measure on this host have in common: which plans, in
// which world, with which probe.
#ifndef SOCKDRIFT_CLI_AUDIT_OPTIONS_H_
#define SOCKDRIFT_CLI_AUDIT_OPTIONS_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "cli/plan_source.h"

namespace sockdrift {

struct PlanChoice {
  PlanSelection selection;
  bool long_running = false;  // --long
};

struct ChosenPlans {
  std::vector<CompiledPlan> plans;
  // Those that take minutes, where they were not asked for.
  std::vector<CompiledPlan> left_out;
};

// As LoadPlans; INVALID_ARGUMENT also where a plan was named that would be left
// out: silence would look like success.
absl::StatusOr<ChosenPlans> ChoosePlans(const PlanChoice& choice);
// Tells which plans were left out.
void NoteLeftOut(const ChosenPlans& plans, Console& console);

// --plan, --plans, --long.
void AddPlanOptions(CLI::App& command, PlanChoice& choice);
// --world.
void AddWorldOption(CLI::App& command, World& world);
// --world, --netns, --jobs, --via, --probe.
void AddMeasuringOptions(CLI::App& command, AuditSettings& settings);
// --long.
void AddLongFlag(CLI::App& command, PlanChoice& choice);

// --save.
void AddSaveOption(CLI::App& command, std::string& path);
// INVALID_ARGUMENT where no file can be made there: said before minutes of work
// rather than after them.
absl::Status CheckSave(const std::string& path);

// INVALID_ARGUMENT where --netns names no network namespace.
absl::Status CheckNetns(const AuditSettings& settings);

// Why RunAudit gave no audit.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_AUDIT_OPTIONS_H_
