// What the process itself needs of the system.
#ifndef SOCKDRIFT_CONTROLLER_MAIN_PROCESS_H_
#define SOCKDRIFT_CONTROLLER_MAIN_PROCESS_H_

#include "absl/strings/string_view.h"

namespace sockdrift {

// One descriptor an agent: raises the soft limit to the hard one.
void RaiseFileLimit();

// Blocks SIGTERM, SIGINT and SIGHUP in this thread and all that it will start.
// Precondition: no other thread yet.
void BlockAwaitedSignals();
// Waits for one of them; its number.
int AwaitSignal();

// Tells the service manager that started us (systemd's NOTIFY_SOCKET);
// nothing where there is none.
void NotifyServiceManager(absl::string_view state);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_MAIN_PROCESS_H_
