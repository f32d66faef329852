#include "CLI/CLI.hpp"
#include "cli/command_plans.h"
#include "cli/plan_schema.h"

namespace sockdrift {

void AddPlansSchemaCommand(CLI::App& plans, Invocation& invocation) {
  CLI::App* command = plans.add_subcommand(
      "schema", "The plan language as a JSON Schema, for editors");
  command->callback([&invocation] {
    invocation.action = [](Console& console) {
      console.Data(PlanSchema());
      return ExitCode::kFine;
    };
  });
}

}  // namespace sockdrift
