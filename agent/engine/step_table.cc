#include "agent/engine/step_table.h"

namespace sockdrift {

StepFunction StepOf(Operation operation) {
  switch (operation) {
    case Operation::kSocket:
      return RunSocket;
    case Operation::kSetsockopt:
      return RunSetsockopt;
    case Operation::kGetsockopt:
      return RunGetsockopt;
    case Operation::kBind:
      return RunBind;
    case Operation::kConnect:
      return RunConnect;
    case Operation::kListen:
      return RunListen;
    case Operation::kAccept:
      return RunAccept;
    case Operation::kShutdown:
      return RunShutdown;
    case Operation::kClose:
      return RunClose;
    case Operation::kSend:
      return RunSend;
    case Operation::kRecv:
      return RunRecv;
    case Operation::kGetsockname:
      return RunGetsockname;
    case Operation::kGetpeername:
      return RunGetpeername;
    case Operation::kPoll:
      return RunPoll;
    case Operation::kTcpState:
      return RunTcpState;
    case Operation::kWaitFor:
      return RunWaitFor;
    case Operation::kWait:
      return RunWait;
    case Operation::kJoinGroup:
      return RunJoinGroup;
    case Operation::kLeaveGroup:
      return RunLeaveGroup;
    case Operation::kSysctl:
      return RunSysctl;
    case Operation::kAddress:
      return RunAddress;
    case Operation::kLink:
      return RunLink;
    case Operation::kResolve:
      return RunResolve;
    case Operation::kDial:
      return RunDial;
    case Operation::kRepeat:
    case Operation::kSample:
      return RunRepeat;
    case Operation::kFork:
      return RunFork;
    case Operation::kPass:
      return RunPass;
    case Operation::kExit:
      return RunExit;
      // Named one by one, so that a new operation cannot be forgotten here.
      return nullptr;
  }
  return nullptr;
}

}  // namespace sockdrift
