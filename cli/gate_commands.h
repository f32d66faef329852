// The commands about baselines, beside those of command.h.
#ifndef SOCKDRIFT_CLI_GATE_COMMANDS_H_
#define SOCKDRIFT_CLI_GATE_COMMANDS_H_

#include "cli/command.h"

namespace sockdrift {

void AddBaselineCommand(CLI::App& app, Invocation& invocation);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_GATE_COMMANDS_H_
