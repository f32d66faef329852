// Jobs for tests with the real probe.
#ifndef SOCKDRIFT_TESTS_AGENT_PROBE_JOBS_H_
#define SOCKDRIFT_TESTS_AGENT_PROBE_JOBS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
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

// One cell that leaves a port of its own in TIME_WAIT, where the same cell
// could not bind it again.
inline Job LeftoverJob() {
  const auto step = [](Operation operation, std::vector<Field> fields) {
    Step made;
    made.operation = operation;
    made.fields = std::move(fields);
    return made;
  };
  const auto socket = [&step](absl::string_view name) {
    return step(Operation::kSocket, {{FieldId::kAs, Constant(name)},
                                     {FieldId::kFamily, Constant("inet")},
                                     {FieldId::kType, Constant("stream")}});
  };
  const auto close = [&step](absl::string_view name) {
    return step(Operation::kClose, {{FieldId::kOf, Constant(name)}});
  };
  const Scalar address = Constant("127.0.0.1:40000");
  Job job;
  job.plan = "leftover";
  job.world = World::kPristine;
  Program& program = job.program;
  program.observations = {"bind"};
  Step bind = step(Operation::kBind, {{FieldId::kOf, Constant("listener")},
                                      {FieldId::kTo, address}});
  bind.observation = 0;
  program.steps = {
      socket("listener"),
      std::move(bind),
      step(Operation::kListen, {{FieldId::kOf, Constant("listener")}}),
      socket("client"),
      step(Operation::kConnect,
           {{FieldId::kOf, Constant("client")}, {FieldId::kTo, address}}),
      step(Operation::kAccept, {{FieldId::kAs, Constant("served")},
                                {FieldId::kOf, Constant("listener")}}),
      close("served"),
      close("client"),
      close("listener")};
  return job;
}

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_AGENT_PROBE_JOBS_H_
