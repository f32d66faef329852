// The network sysctls of the namespace that this process is in: read as a
// whole, written as a whole. Names are paths below /proc/sys with slashes
// ("net/ipv6/bindv6only"), because a link's name may hold dots.
#ifndef SOCKDRIFT_AGENT_WORLDS_SYSCTLS_H_
#define SOCKDRIFT_AGENT_WORLDS_SYSCTLS_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

using Sysctls = std::map<std::string, std::string>;

// "net.ipv6.bindv6only" or "net/ipv6/bindv6only" to the latter.
// INVALID_ARGUMENT for a name outside net, or one that leaves it by "..".
absl::StatusOr<std::string> SysctlName(absl::string_view written);

// The value without the line's end, runs of blanks made one space. NOT_FOUND
// where there is none of that name; else the read's error.
absl::StatusOr<std::string> ReadSysctl(const std::string& name);
// 0, or the errno that the kernel answers.
int TryWriteSysctl(const std::string& name, absl::string_view value);
absl::Status WriteSysctl(const std::string& name, absl::string_view value);

// Every readable network sysctl of the present namespace, the folders of links
// other than all, default and lo left out, and those left out that are no
// settings: keys, counters, one-shot actions.
Sysctls ReadNetworkSysctls();

struct SysctlMiss {
  std::string name;
  std::string wanted;
  std::string got;  // empty where it cannot be read
  std::string why;  // the last write's error; empty when it was accepted
  int error = 0;    // its errno
};

struct SysctlCopy {
  // What was written, in the order in which it was accepted: writing these
  // again into another fresh namespace gives the same values.
  std::vector<std::pair<std::string, std::string>> written;
  std::vector<SysctlMiss> missed;
  // Wanted names that do not exist here (a user namespace hides some).
  std::vector<std::string> absent;
};

// Brings the present namespace to the wanted values. Which write is accepted
// depends on those before it (ip_unprivileged_port_start must not be above
// ip_local_port_range, `all` changes `lo`), so passes over what differs are
// repeated until nothing changes any more. Names that cannot be written here
// because they are no setting of a namespace are passed over.
SysctlCopy WriteSysctls(const Sysctls& wanted);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_SYSCTLS_H_
