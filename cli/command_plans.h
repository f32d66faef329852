// The commands below `sockdrift plans`.
#ifndef SOCKDRIFT_CLI_COMMAND_PLANS_H_
#define SOCKDRIFT_CLI_COMMAND_PLANS_H_

#include "cli/command.h"

namespace sockdrift {

void AddPlansListCommand(CLI::App& plans, Invocation& invocation);
void AddPlansShowCommand(CLI::App& plans, Invocation& invocation);
void AddPlansLintCommand(CLI::App& plans, Invocation& invocation);
void AddPlansSchemaCommand(CLI::App& plans, Invocation& invocation);
void AddPlansTestCommand(CLI::App& plans, Invocation& invocation);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_COMMAND_PLANS_H_
