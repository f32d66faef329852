// The network sysctls of the namespace that the reading thread is in. A folder
// walk, not a list: a kernel newer than this program is read in full.
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agent/facts/sources.h"
#include "agent/facts/sysctl_scope.h"

namespace sockdrift {
namespace {

// Other interfaces are left out: their names are the host's own, and a fresh
// namespace has none of them.
constexpr absl::string_view kFolders[] = {
    "net/core",          "net/ipv4",
    "net/ipv4/conf/all", "net/ipv4/conf/default",
    "net/ipv4/conf/lo",  "net/ipv6",
    "net/ipv6/conf/all", "net/ipv6/conf/default",
    "net/ipv6/conf/lo",  "net/ipv6/icmp",
    "net/mptcp",         "net/unix"};

}  // namespace

void AddSysctlFacts(const HostRoot& root, Facts& facts) {
  for (absl::string_view folder : kFolders) {
    std::string path = absl::StrCat("/proc/sys/", folder);
    std::string prefix = absl::StrReplaceAll(folder, {{"/", "."}});
    for (const std::string& name : root.List(path)) {
      std::string sysctl = absl::StrCat(prefix, ".", name);
      if (!BearsOnSockets(sysctl)) continue;
      AddFact(sysctl, root.Line(absl::StrCat(path, "/", name)), facts);
    }
  }
}

}  // namespace sockdrift
