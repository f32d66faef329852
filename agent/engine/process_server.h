// What a forked process of a cell does.
#ifndef SOCKDRIFT_AGENT_ENGINE_PROCESS_SERVER_H_
#define SOCKDRIFT_AGENT_ENGINE_PROCESS_SERVER_H_

#include "agent/engine/machine.h"

namespace sockdrift {

// Makes the steps that are ordered over the channel, with this process' copies
// of the machine and the cell, until the channel ends; then ends the process.
// Never writes the tally, which is shared memory.
[[noreturn]] void ServeOrders(Machine& machine, Cell& cell, int channel);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_PROCESS_SERVER_H_
