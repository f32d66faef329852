#include "agent/engine/port_chooser.h"

#include <algorithm>

namespace sockdrift {

PortChooser::PortChooser(const PortRules& rules,
                         absl::Span<const uint16_t> avoid) {
  Follow(rules, avoid);
}

void PortChooser::Follow(const PortRules& rules,
                         absl::Span<const uint16_t> avoid) {
  if (pools_made_ && rules == rules_) return;
  pools_made_ = true;
  rules_ = rules;
  pools_ = {};
  any_is_ephemeral_ = false;
  std::bitset<65536> barred;
  for (absl::Span<const uint16_t> ports :
       {absl::MakeConstSpan(rules.reserved), absl::MakeConstSpan(rules.in_use),
        avoid}) {
    for (uint16_t port : ports) barred.set(port);
  }
  Pool& any = pools_[static_cast<int>(PortClass::kAny)];
  Pool& ephemeral = pools_[static_cast<int>(PortClass::kEphemeral)];
  for (uint32_t i = std::max<uint32_t>(rules.first, 1); i <= rules.last; ++i) {
    const uint16_t port = static_cast<uint16_t>(i);
    if (barred.test(port)) continue;
    const bool is_ephemeral = IsEphemeral(port);
    // A port below 1024 is special to more than the kernel (policies, filters),
    // whatever the sysctl says.
    if (port < 1024) {
      pools_[static_cast<int>(PortClass::kLow)].ports.push_back(port);
    } else if (port >= rules.unprivileged_start && !is_ephemeral) {
      any.ports.push_back(port);
    }
    if (is_ephemeral) ephemeral.ports.push_back(port);
    if (port >= 30000 && port <= 32767) {
      pools_[static_cast<int>(PortClass::kNodeport)].ports.push_back(port);
    }
  }
  if (!any.ports.empty()) return;
  any_is_ephemeral_ = true;
  for (uint16_t port : ephemeral.ports) {
    if (port >= 1024 && port >= rules.unprivileged_start) {
      any.ports.push_back(port);
    }
  }
}

size_t PortChooser::SizeOf(PortClass port_class) const {
  return pools_[static_cast<int>(port_class)].ports.size();
}

uint16_t PortChooser::Take(PortClass port_class) {
  Pool& pool = pools_[static_cast<int>(port_class)];
  for (size_t tried = 0; tried < pool.ports.size(); ++tried) {
    const uint16_t port = pool.ports[pool.next];
    if (++pool.next == pool.ports.size()) pool.next = 0;
    if (taken_.test(port)) continue;
    taken_.set(port);
    return port;
  }
  return 0;
}

uint16_t PortChooser::TakeWithin(uint16_t first, uint16_t last) {
  const uint32_t size = uint32_t{last} - first + 1;
  for (uint32_t tried = 0; tried < size; ++tried) {
    const uint16_t port = static_cast<uint16_t>(first + range_offset_++ % size);
    if (taken_.test(port)) continue;
    taken_.set(port);
    return port;
  }
  return 0;
}

}  // namespace sockdrift
