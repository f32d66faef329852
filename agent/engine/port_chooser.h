// Which numbers stand behind a program's symbolic ports: fresh ones for every
// run of a cell, so that nothing an earlier one left behind is met again.
#ifndef SOCKDRIFT_AGENT_ENGINE_PORT_CHOOSER_H_
#define SOCKDRIFT_AGENT_ENGINE_PORT_CHOOSER_H_

#include <array>
#include <bitset>
#include <cstdint>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/types/span.h"
#include "agent/engine/endpoint.h"
#include "agent/engine/world_control.h"

namespace sockdrift {

class PortChooser {
 public:
  // `avoid` are ports that the plan names itself.
  PortChooser(const PortRules& rules, absl::Span<const uint16_t> avoid);

  // The world has other rules from now on; what is taken stays taken. `avoid`
  // is what it was.
  void Follow(const PortRules& rules, absl::Span<const uint16_t> avoid);

  // How many ports a class has here.
  size_t SizeOf(PortClass port_class) const;
  // Whether kAny had to be taken from the ephemeral range, where the kernel
  // may come in between.
  bool any_is_ephemeral() const { return any_is_ephemeral_; }

  // Whether the kernel may give the port to a socket that asks for none.
  bool IsEphemeral(uint16_t port) const {
    return port >= rules_.ephemeral_first && port <= rules_.ephemeral_last;
  }

  // The port of the class that was given back longest ago; 0 when every one is
  // taken.
  ABSL_ATTRIBUTE_HOT uint16_t Take(PortClass port_class);
  // One of [first, last], likewise.
  uint16_t TakeWithin(uint16_t first, uint16_t last);
  void GiveBack(uint16_t port) { taken_.reset(port); }

 private:
  struct Pool {
    std::vector<uint16_t> ports;
    size_t next = 0;
  };

  PortRules rules_;
  bool pools_made_ = false;
  std::array<Pool, kPortClasses> pools_;
  std::bitset<65536> taken_;
  uint16_t range_offset_ = 0;
  bool any_is_ephemeral_ = false;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_PORT_CHOOSER_H_
