// The whole command line, from arguments to exit code.
#ifndef SOCKDRIFT_CLI_COMMAND_LINE_H_
#define SOCKDRIFT_CLI_COMMAND_LINE_H_

#include "cli/exit_code.h"

namespace sockdrift {

ExitCode RunCommandLine(int argc, char** argv);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_COMMAND_LINE_H_
