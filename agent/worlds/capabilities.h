// The capability sets of this process, as 64-bit masks of capability numbers.
#ifndef SOCKDRIFT_AGENT_WORLDS_CAPABILITIES_H_
#define SOCKDRIFT_AGENT_WORLDS_CAPABILITIES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/net/capability_name.h"

namespace sockdrift {

using CapabilityMask = uint64_t;

constexpr CapabilityMask MaskOf(int capability) {
  return CapabilityMask{1} << capability;
}

// The names of a mask's capabilities, in the order of their numbers.
std::vector<std::string> CapabilityNames(CapabilityMask mask);

struct CapabilitySets {
  CapabilityMask effective = 0;
  CapabilityMask permitted = 0;
};
CapabilitySets ReadCapabilities();
// Sets both; the inheritable set becomes empty. What leaves the permitted set
// never comes back.
absl::Status SetCapabilities(const CapabilitySets& sets);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_CAPABILITIES_H_
