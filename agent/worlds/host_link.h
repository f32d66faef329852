// The link that joins the two hosts of a plan, and what each has on it:
// 192.0.2.1/24, 2001:db8::1/64 and fe80::1/64 the first, the same with 2 at the
// end the other. Nothing on it is left to be found out by packets: addresses
// are used without a search for duplicates, neighbours are known.
#ifndef SOCKDRIFT_AGENT_WORLDS_HOST_LINK_H_
#define SOCKDRIFT_AGENT_WORLDS_HOST_LINK_H_

#include <array>
#include <cstddef>

#include "absl/status/status.h"

namespace sockdrift {

inline constexpr size_t kJoinedHosts = 2;

// The link's name at both ends.
inline constexpr char kHostLink[] = "link0";

// Which of IPv4 and IPv6 a host speaks.
struct HostFamilies {
  bool ipv4 = true;
  bool ipv6 = true;
};

// Makes links of the present namespace deliver on the CPU that sends, whatever
// net.core.rps_default_mask says of new ones: what is known of "nothing came"
// hangs on one queue (agent/engine/fence.h).
absl::Status KeepLinksOnOneCpu();

// Makes the link from the present namespace, the first host's, to the one that
// this descriptor stands for. Its ends are down.
absl::Status MakeHostLink(int other_namespace);

// Sets the end in the present namespace up.
absl::Status StartHostLink(bool ipv6);

// Returns when the end in the present namespace carries packets, which the
// kernel sees to in the background once both ends are up.
absl::Status AwaitHostLink();

// Gives the host of this index, whose namespace this is, its addresses and
// neighbours; takes away what it does not speak: without IPv6 no link has any
// (disable_ipv6), without IPv4 there is no address of it, 127.0.0.1 included.
absl::Status SetUpHost(size_t host,
                       const std::array<HostFamilies, kJoinedHosts>& families);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_HOST_LINK_H_
