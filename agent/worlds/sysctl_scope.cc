#include "agent/worlds/sysctl_scope.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "agent/worlds/sysctls.h"

namespace sockdrift {
namespace {

// Every kernel that has network sysctls at all has this one.
constexpr char kName[] = "net/ipv4/ip_local_port_range";
constexpr char kPath[] = "/proc/sys/net/ipv4/ip_local_port_range";

std::string Content(const UniqueFd& file) {
  char text[64];
  const ssize_t size = ::pread(file.get(), text, sizeof text, 0);
  return size > 0 ? std::string(text, static_cast<size_t>(size)) : "";
}

}  // namespace

SysctlScope::SysctlScope() : former_(::open(kPath, O_RDONLY | O_CLOEXEC)) {}

bool SysctlScope::IsSharedWithFormer() const {
  if (!former_.valid()) return false;
  const absl::StatusOr<std::string> present = ReadSysctl(kName);
  int first = 0;
  int last = 0;
  if (!present.ok() ||
      std::sscanf(present->c_str(), "%d %d", &first, &last) != 2) {
    return false;
  }
  // By two, because Linux logs a warning about ends that are both even or odd.
  first += first + 2 <= last ? 2 : -2;
  const std::string before = Content(former_);
  if (TryWriteSysctl(kName, absl::StrCat(first, " ", last)) != 0) return false;
  const bool shared = Content(former_) != before;
  static_cast<void>(TryWriteSysctl(kName, *present));
  return shared;
}

}  // namespace sockdrift
