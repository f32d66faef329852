// One job in this process.
#ifndef SOCKDRIFT_AGENT_PROBE_WORKER_H_
#define SOCKDRIFT_AGENT_PROBE_WORKER_H_

#include "agent/job/job.h"
#include "agent/job/tally.h"

namespace sockdrift {

// Makes the job's world, confines this process for good and runs the program;
// or has that done by a process for each repeat, so that each has a namespace
// of its own. What depends on a namespace's secrets (whether two UDP sockets
// meet in one bucket of the table, net_hash_mix) then makes a cell UNSTABLE,
// and no host differ from its equals. How it went stands in the tally:
// afterwards the process can do little but end. It ends too when the process
// that started it does, and as the one that it had run a repeat did.
void Work(const Job& job, Tally& tally);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_PROBE_WORKER_H_
