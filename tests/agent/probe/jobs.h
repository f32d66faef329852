// Jobs for tests with the real probe.
#ifndef SOCKDRIFT_TESTS_AGENT_PROBE_JOBS_H_
#define SOCKDRIFT_TESTS_AGENT_PROBE_JOBS_H_

#include <string>

#include "agent/job/job.h"
#include "tests/support/programs.h"

namespace sockdrift::testing {

inline constexpr char kProbe[] = SOCKDRIFT_BINARY_DIR "/bin/sockdrift-probe";

inline Job BindJob(World world = World::kReplica) {
  Job job;
  job.plan = "bind.pair";
  job.program = BindPair();
  job.world = world;
  return job;
}

// Two cells: the first ends at once, the second waits for half a minute.
inline Job WaitingJob() {
  Job job;
  job.plan = "wait";
  job.world = World::kPristine;
  job.repeats = 1;
  Program& program = job.program;
  program.limit_ms = 60'000;
  program.axes = {{"wait", {"no", "yes"}}};
  program.observations = {"socket"};
  Step socket;
  socket.operation = Operation::kSocket;
  socket.fields = {{FieldId::kAs, Constant("s")},
                   {FieldId::kFamily, Constant("inet")},
                   {FieldId::kType, Constant("stream")}};
  socket.observation = 0;
  Step wait;
  wait.operation = Operation::kWait;
  wait.fields = {{FieldId::kFor, Constant("30000ms")}};
  wait.guards = {{0, {1}}};
  program.steps = {socket, wait};
  return job;
}

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_AGENT_PROBE_JOBS_H_
