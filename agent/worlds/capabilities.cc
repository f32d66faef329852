#include "agent/worlds/capabilities.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace sockdrift {

std::vector<std::string> CapabilityNames(CapabilityMask mask) {
  std::vector<std::string> names;
  for (size_t i = 0; i < 64; ++i) {
    if ((mask & MaskOf(static_cast<int>(i))) == 0) continue;
    names.push_back(CapabilityName(static_cast<int>(i)));
  }
  return names;
}

CapabilitySets ReadCapabilities() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (::syscall(SYS_capget, &header, data) != 0) return {};
  return {
      .effective = CapabilityMask{data[1].effective} << 32 | data[0].effective,
      .permitted = CapabilityMask{data[1].permitted} << 32 | data[0].permitted};
}

absl::Status SetCapabilities(const CapabilitySets& sets) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; ++i) {
    data[i].effective = static_cast<uint32_t>(sets.effective >> (32 * i));
    data[i].permitted = static_cast<uint32_t>(sets.permitted >> (32 * i));
  }
  if (::syscall(SYS_capset, &header, data) != 0) {
    return absl::ErrnoToStatus(errno, "setting the probe's capabilities");
  }
  return absl::OkStatus();
}

}  // namespace sockdrift
