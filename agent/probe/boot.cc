#include "agent/probe/boot.h"

#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sockdrift {
namespace {

// `present` is a file that the mount brings.
void MountUnlessPresent(const char* type, const char* at, const char* present) {
  if (::access(present, F_OK) == 0) return;
  ::mkdir(at, 0755);
  ::mount(type, at, type, 0, nullptr);
}

}  // namespace

void MountKernelFiles() {
  MountUnlessPresent("proc", "/proc", "/proc/self");
  MountUnlessPresent("sysfs", "/sys", "/sys/kernel");
  MountUnlessPresent("devtmpfs", "/dev", "/dev/null");
}

void PowerOff() {
  // In a namespace of processes the kernel would kill this one instead, and
  // its exit code would be lost. The machine's own has a fixed number (the
  // kernel's PROC_PID_INIT_INO).
  constexpr ino_t kMachinesProcesses = 0xEFFFFFFC;
  struct stat about = {};
  if (::stat("/proc/self/ns/pid", &about) != 0 ||
      about.st_ino != kMachinesProcesses) {
    return;
  }
  ::sync();
  ::reboot(RB_POWER_OFF);
}

}  // namespace sockdrift
