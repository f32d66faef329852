// Socket options by symbol: the level follows from the name, and so does the
// shape of the value. Sources: socket(7), ip(7), ipv6(7), tcp(7), udp(7).
#ifndef SOCKDRIFT_CORE_NET_OPTION_NAME_H_
#define SOCKDRIFT_CORE_NET_OPTION_NAME_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sockdrift {

// How an option's value is written in a plan and laid out for the kernel.
enum class OptionKind {
  kInteger,  // decimal; int
  // The same of a value that changes by itself: reads as "0" or "running".
  kClock,
  kLinger,     // "1/5s": on or off, seconds; struct linger
  kDuration,   // "500ms"; struct timeval
  kPortRange,  // "40000-49999" or "0-0"; u32, the high port in the upper half
  kDevice,     // an interface name; char[IFNAMSIZ]
  // "drop-all", "accept-all": a classic BPF socket filter; struct sock_fprog
  kFilter,
  // A classic BPF program that selects a member of a SO_REUSEPORT group; struct
  // sock_fprog. "always N": that one; "cpu": member 0 where it runs on the
  // prober's own CPU, else member 1.
  kReuseportProgram,
  // "this" is the prober's own CPU, "other" another one's number, "none" -1;
  // int. Reads as one of them, else as the number.
  kCpu,
  kWord,  // a text such as "cubic"; its bytes, no more than 15
  // 32 hexadecimal digits; 16 bytes. Reads as "set" or "none": a kernel may
  // have one of its own making.
  kKey,
  // A link's name, "none" for no link; its number as an int. It is asked of
  // the kernel when the call is made.
  kLink,
  kLinkNetworkOrder,  // the same, the number in network byte order
  // A link's name or an IPv4 address of one, "none" for neither; struct
  // ip_mreqn. Reads as the address.
  kMulticastLink,
};

struct OptionSpec {
  absl::string_view name;
  int level;
  int number;  // this platform's
  OptionKind kind;
};

// Null for an unknown name. That a kernel lacks an option does not matter
// here: asking for it is what a plan is for, and ENOPROTOOPT an outcome.
const OptionSpec* FindOption(absl::string_view name);

absl::Span<const OptionSpec> Options();

// "IPPROTO_IPV6" of IPV6_V6ONLY: the name of the level follows from the
// option's. "?" of what is no option's name.
absl::string_view OptionLevelName(absl::string_view option);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_NET_OPTION_NAME_H_
