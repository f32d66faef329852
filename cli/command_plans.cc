#include "cli/command_plans.h"

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace sockdrift {

void AddPlansCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* plans =
      app.add_subcommand("plans",
                         "The plans: what there is, what one tests, "
                         "whether a file is valid and what it finds here");
  plans->require_subcommand(1);
  AddPlansListCommand(*plans, invocation);
  AddPlansShowCommand(*plans, invocation);
  AddPlansLintCommand(*plans, invocation);
  AddPlansTestCommand(*plans, invocation);
  AddPlansSchemaCommand(*plans, invocation);
}

}  // namespace sockdrift
