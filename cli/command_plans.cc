#include "cli/command_plans.h"

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace sockdrift {

void AddPlansCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* plans =
      app.add_subcommand("plans",
                         "The plans: what there is, what one tests, "
                         "whether a file is valid");
  plans->require_subcommand(1);
  AddPlansListCommand(*plans, invocation);
  AddPlansShowCommand(*plans, invocation);
  AddPlansLintCommand(*plans, invocation);
}

}  // namespace sockdrift
