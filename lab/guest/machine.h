// What a kernel needs around it before a command can run.
#ifndef SOCKDRIFT_LAB_GUEST_MACHINE_H_
#define SOCKDRIFT_LAB_GUEST_MACHINE_H_

#include <string>

#include "agent/os/unique_fd.h"

namespace sockdrift::lab {

// Each of these says on standard error (the console) what failed, and goes on:
// whether it matters shows later, and the console's log is what a person reads
// when a guest did not come up.
void MountFileSystems();
// All files in the folder, in the order of their names.
void LoadModules(const std::string& folder);
void BringLoopbackUp();

// The virtio-serial port, as soon as the kernel has made it; `announcements`
// is what OpenAnnouncements() gave before the drivers were loaded. Waits
// without end: who booted the guest keeps the time.
UniqueFd OpenAnnouncements();
UniqueFd OpenPort(const UniqueFd& announcements);

}  // namespace sockdrift::lab

#endif  // SOCKDRIFT_LAB_GUEST_MACHINE_H_
