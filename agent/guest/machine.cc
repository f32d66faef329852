#include "agent/guest/machine.h"

#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "agent/os/unique_fd.h"

namespace sockdrift {
namespace {

struct Mount {
  const char* type;
  const char* where;
  const char* options;
};

constexpr Mount kMounts[] = {
    {"devtmpfs", "/dev", ""},
    {"proc", "/proc", ""},
    {"sysfs", "/sys", ""},
    {"securityfs", "/sys/kernel/security", ""},
    {"cgroup2", "/sys/fs/cgroup", ""},
    {"tmpfs", "/dev/shm", "mode=1777"},
    {"tmpfs", "/tmp", "mode=1777"},
    {"tmpfs", "/run", "mode=755"},
};

void Complain(const std::string& what) {
  fprintf(stderr, "sockdrift-probe: %s: %s\n", what.c_str(), strerror(errno));
}

std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  DIR* listing = opendir(folder.c_str());
  if (listing == nullptr) return names;
  while (const dirent* entry = readdir(listing)) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  closedir(listing);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

void MountFileSystems() {
  for (const Mount& mount_point : kMounts) {
    mkdir(mount_point.where, 0755);
    if (mount(mount_point.type, mount_point.where, mount_point.type, 0,
              mount_point.options) != 0) {
      Complain(std::string("mount ") + mount_point.where);
    }
  }
}

void LoadModules(const std::string& folder) {
  for (const std::string& name : NamesIn(folder)) {
    std::string path = folder + "/" + name;
    UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (syscall(SYS_finit_module, file.get(), "", 0) != 0 && errno != EEXIST) {
      Complain(path);
    }
  }
}

void BringLoopbackUp() {
  UniqueFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request = {};
  strncpy(request.ifr_name, "lo", sizeof(request.ifr_name) - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0) Complain("lo");
}

}  // namespace sockdrift
