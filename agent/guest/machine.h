// What a kernel needs around it before a command can run.
#ifndef SOCKDRIFT_AGENT_GUEST_MACHINE_H_
#define SOCKDRIFT_AGENT_GUEST_MACHINE_H_

#include <string>

namespace sockdrift {

// Each of these says on standard error (the console) what failed, and goes on:
// whether it matters shows later, and the console's log is what a person reads
// when a guest did not come up.
void MountFileSystems();
// All files in the folder, in the order of their names.
void LoadModules(const std::string& folder);
void BringLoopbackUp();

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_GUEST_MACHINE_H_
