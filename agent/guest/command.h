#ifndef SOCKDRIFT_AGENT_GUEST_COMMAND_H_
#define SOCKDRIFT_AGENT_GUEST_COMMAND_H_

#include <string>
#include <vector>

#include "agent/guest/port.h"

namespace sockdrift {

// Runs the command with its standard streams carried over the port (its input
// is the file of that name where there is one), until it ends; what it wrote
// until then is sent before its status. Its status is what a shell would say
// (128 and the signal's number). Reaps every other child on the way, as the
// first process must. SIGCHLD must be blocked.
void RunCommand(const std::vector<std::string>& arguments,
                const char* input_file, Port& port);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_GUEST_COMMAND_H_
