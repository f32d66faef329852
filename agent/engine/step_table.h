// Which function runs which operation. An operation without one is SKIP.
#ifndef SOCKDRIFT_AGENT_ENGINE_STEP_TABLE_H_
#define SOCKDRIFT_AGENT_ENGINE_STEP_TABLE_H_

#include "absl/base/attributes.h"
#include "agent/engine/machine.h"
#include "core/plan/operation.h"

namespace sockdrift {

// Null for an operation that this build lacks.
StepFunction StepOf(Operation operation);

// Those that most cells are made of lie close together in memory (hot), which
// shows where every system call empties the caches of addresses.
//
// One file a family of operations: steps_socket.cc, steps_connection.cc,
// steps_transfer.cc, steps_address.cc, steps_group.cc, steps_lookup.cc,
// steps_world.cc, steps_process.cc, steps_time.cc. What
// sockets `of` and `facing` name are there when these are called.
ABSL_ATTRIBUTE_HOT StepEnd RunSocket(Machine&, Cell&, const DenseStep&,
                                     Outcome&);
ABSL_ATTRIBUTE_HOT StepEnd RunSetsockopt(Machine&, Cell&, const DenseStep&,
                                         Outcome&);
StepEnd RunGetsockopt(Machine&, Cell&, const DenseStep&, Outcome&);
ABSL_ATTRIBUTE_HOT StepEnd RunBind(Machine&, Cell&, const DenseStep&, Outcome&);
ABSL_ATTRIBUTE_HOT StepEnd RunListen(Machine&, Cell&, const DenseStep&,
                                     Outcome&);
StepEnd RunShutdown(Machine&, Cell&, const DenseStep&, Outcome&);
ABSL_ATTRIBUTE_HOT StepEnd RunClose(Machine&, Cell&, const DenseStep&,
                                    Outcome&);
StepEnd RunConnect(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunAccept(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunJoinGroup(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunLeaveGroup(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunSend(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunRecv(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunPoll(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunGetsockname(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunGetpeername(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunTcpState(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunWaitFor(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunWait(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunFork(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunPass(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunExit(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunSysctl(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunAddress(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunLink(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunResolve(Machine&, Cell&, const DenseStep&, Outcome&);
StepEnd RunDial(Machine&, Cell&, const DenseStep&, Outcome&);
// A sample, too.
StepEnd RunRepeat(Machine&, Cell&, const DenseStep&, Outcome&);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_STEP_TABLE_H_
