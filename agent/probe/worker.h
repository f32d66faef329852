// One job in this process.
#ifndef SOCKDRIFT_AGENT_PROBE_WORKER_H_
#define SOCKDRIFT_AGENT_PROBE_WORKER_H_

#include "agent/job/job.h"
#include "agent/job/tally.h"

namespace sockdrift {

// Makes the job's world, confines this process for good and runs the program.
// How it went stands in the tally: afterwards the process can do little but
// end. It ends too when the process that started it does.
void Work(const Job& job, Tally& tally);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_PROBE_WORKER_H_
