#ifndef SOCKDRIFT_AGENT_FACTS_BOOT_FACTS_H_
#define SOCKDRIFT_AGENT_FACTS_BOOT_FACTS_H_

namespace sockdrift {

// The variable in which `sockdrift boot` tells a guest how it was started:
// "by=qemu,accelerator=tcg,…", which are the facts boot.by, boot.accelerator …
inline constexpr char kBootVariable[] = "SOCKDRIFT_BOOT";

// A parameter that every such guest is given, which is no fact about it
// therefore. With the 256 slots that its memory is worth, eleven addresses and
// the wildcard share one in every twentieth namespace, and a UDP bind that an
// older kernel grants is refused there
// (causes/many-udp-sockets-overlooked.yaml).
inline constexpr char kGuestSocketTables[] = "uhash_entries=65536";

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_FACTS_BOOT_FACTS_H_
