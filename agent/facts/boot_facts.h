#ifndef SOCKDRIFT_AGENT_FACTS_BOOT_FACTS_H_
#define SOCKDRIFT_AGENT_FACTS_BOOT_FACTS_H_

namespace sockdrift {

// The variable in which `sockdrift boot` tells a guest how it was started:
// "by=qemu,accelerator=tcg,…", which are the facts boot.by, boot.accelerator …
inline constexpr char kBootVariable[] = "SOCKDRIFT_BOOT";

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_FACTS_BOOT_FACTS_H_
