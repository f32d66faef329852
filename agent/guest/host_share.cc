#include "agent/guest/host_share.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "agent/guest/guest.h"
#include "agent/os/unique_fd.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

namespace fs = std::filesystem;

constexpr char kShared[] = "/guest/host";
constexpr char kMemory[] = "/guest/memory";
constexpr char kBoth[] = "/guest/root";
// What is the guest's own among the host's files.
constexpr const char* kKept[] = {"/dev", "/proc", "/sys", "/run"};

constexpr char kLink[] = "eth0";
constexpr char kAddress[] = "10.0.2.15";
constexpr char kMask[] = "255.255.255.0";

absl::Status Mount(const char* source, const std::string& where,
                   const char* type, unsigned long flags,
                   const std::string& options) {
  ::mkdir(where.c_str(), 0755);
  if (::mount(source, where.c_str(), type, flags, options.c_str()) == 0) {
    return absl::OkStatus();
  }
  const std::string hint =
      errno == ENODEV ? "; this kernel came without that module" : "";
  return absl::UnavailableError(absl::StrCat(
      "sharing the host's files: mounting ", type == nullptr ? source : type,
      ": ", std::strerror(errno), hint));
}

// The files under which facts find it.
void CarryConfiguration() {
  std::error_code ignored;
  fs::create_directory(absl::StrCat(kBoth, "/boot"), ignored);
  for (const fs::directory_entry& file :
       fs::directory_iterator("/boot", ignored)) {
    fs::copy(file.path(), absl::StrCat(kBoth, file.path().c_str()),
             fs::copy_options::overwrite_existing, ignored);
  }
}

// As switch_root does, and not by chroot alone: a process below a chroot may
// make no user namespace.
absl::Status MakeRoot(const char* root) {
  if (::chdir(root) != 0 || ::mount(".", "/", nullptr, MS_MOVE, "") != 0 ||
      ::chroot(".") != 0) {
    return absl::UnavailableError(
        absl::StrCat("entering the host's files: ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status EnterHostFiles(const std::string& folder) {
  SOCKDRIFT_RETURN_IF_ERROR(
      Mount(kGuestShare, kShared, "9p", MS_RDONLY,
            "trans=virtio,version=9p2000.L,msize=512000,cache=loose"));
  SOCKDRIFT_RETURN_IF_ERROR(Mount("tmpfs", kMemory, "tmpfs", 0, "mode=755"));
  const std::string upper = absl::StrCat(kMemory, "/upper");
  const std::string work = absl::StrCat(kMemory, "/work");
  ::mkdir(upper.c_str(), 0755);
  ::mkdir(work.c_str(), 0755);
  SOCKDRIFT_RETURN_IF_ERROR(
      Mount("overlay", kBoth, "overlay", 0,
            absl::StrCat("lowerdir=", kShared, ",upperdir=", upper,
                         ",workdir=", work)));
  CarryConfiguration();
  for (const char* kept : kKept) {
    SOCKDRIFT_RETURN_IF_ERROR(
        Mount(kept, absl::StrCat(kBoth, kept), nullptr, MS_MOVE, ""));
  }
  SOCKDRIFT_RETURN_IF_ERROR(MakeRoot(kBoth));
  if (::chdir(folder.c_str()) != 0) {
    return absl::UnavailableError(
        absl::StrCat("the host's folder ", folder, ": ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

absl::Status BringHostNetworkUp() {
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request = {};
  std::strncpy(request.ifr_name, kLink, sizeof(request.ifr_name) - 1);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  const auto set = [&](unsigned long what, const char* text) {
    ::inet_pton(AF_INET, text, &address.sin_addr);
    std::memcpy(&request.ifr_addr, &address, sizeof(address));
    return ::ioctl(fd.get(), what, &request) == 0;
  };
  bool up = set(SIOCSIFADDR, kAddress) && set(SIOCSIFNETMASK, kMask);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  up = up && ::ioctl(fd.get(), SIOCSIFFLAGS, &request) == 0;
  if (up) return absl::OkStatus();
  const std::string hint =
      errno == ENODEV ? "; this kernel came without virtio_net" : "";
  return absl::UnavailableError(
      absl::StrCat("sharing the host's network: ", std::strerror(errno), hint));
}

}  // namespace sockdrift
