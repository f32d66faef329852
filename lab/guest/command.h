#ifndef SOCKDRIFT_LAB_GUEST_COMMAND_H_
#define SOCKDRIFT_LAB_GUEST_COMMAND_H_

#include <string>
#include <vector>

#include "lab/guest/port.h"

namespace sockdrift::lab {

// Runs the command with its standard streams carried over the port, until it
// ends; what it wrote until then is sent before its status. Its status is what
// a shell would say (128 and the signal's number). Reaps every other child on
// the way, as the first process must. SIGCHLD must be blocked.
void RunCommand(const std::vector<std::string>& arguments, Port& port);

}  // namespace sockdrift::lab

#endif  // SOCKDRIFT_LAB_GUEST_COMMAND_H_
