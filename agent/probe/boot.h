// What the probe does as the first process of a virtual machine.
#ifndef SOCKDRIFT_AGENT_PROBE_BOOT_H_
#define SOCKDRIFT_AGENT_PROBE_BOOT_H_

namespace sockdrift {

// Mounts /proc, /sys and /dev where they are not yet. A container's first
// process, which may not mount or has them already, loses nothing by it.
void MountKernelFiles();

// Powers the machine off. Returns where this process is the first of a
// container only, or may not.
void PowerOff();

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_PROBE_BOOT_H_
