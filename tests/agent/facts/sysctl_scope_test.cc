#include "agent/facts/sysctl_scope.h"

#include <sched.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agent/facts/facts.h"
#include "agent/facts/host_root.h"
#include "gtest/gtest.h"
#include "tests/support/require.h"

namespace sockdrift {
namespace {

struct ScopeCase {
  const char* sysctl;
  bool per_namespace;
  bool bears;
};

class SysctlScope : public ::testing::TestWithParam<ScopeCase> {};

TEST_P(SysctlScope, IsKnown) {
  const ScopeCase& expected = GetParam();
  EXPECT_EQ(IsPerNamespace(expected.sysctl), expected.per_namespace)
      << expected.sysctl;
  EXPECT_EQ(BearsOnSockets(expected.sysctl), expected.bears) << expected.sysctl;
}

const ScopeCase kCases[] = {
    {"net.ipv6.bindv6only", true, true},
    {"net.ipv6.conf.all.disable_ipv6", true, true},
    {"net.ipv6.conf.lo.stable_secret", true, false},
    {"net.ipv4.ip_unprivileged_port_start", true, true},
    {"net.ipv4.tcp_mem", false, true},
    {"net.ipv4.tcp_fastopen_key", true, false},
    {"net.ipv4.udp_hash_entries", true, false},
    {"net.ipv4.route.gc_timeout", true, false},
    {"net.core.somaxconn", true, true},
    {"net.core.rmem_max", false, true},
    {"net.core.netdev_rss_key", false, false},
    {"net.mptcp.enabled", true, true},
    {"net.unix.max_dgram_qlen", true, true},
    {"net.netfilter.nf_log_all_netns", false, true},
    {"net.ipv4", false, false},
    {"kernel.pid_max", false, false},
    {"", false, false},
};
INSTANTIATE_TEST_SUITE_P(Names, SysctlScope, ::testing::ValuesIn(kCases));

bool KernelIsAtLeast(int major, int minor) {
  utsname name;
  int has_major = 0, has_minor = 0;
  if (uname(&name) != 0 ||
      sscanf(name.release, "%d.%d", &has_major, &has_minor) != 2) {
    return false;
  }
  return has_major > major || (has_major == major && has_minor >= minor);
}

// How each of these sysctls shows in a fresh namespace.
struct Shown {
  std::string sysctl;
  bool exists = false;
  bool writable = false;
};

bool LookInFreshNamespace(std::vector<Shown>& sysctls) {
  bool entered = false;
  // A thread's namespace ends with it, and /proc/sys/net shows the reader's.
  std::thread([&] {
    entered = unshare(CLONE_NEWNET) == 0;
    if (!entered) return;
    for (Shown& shown : sysctls) {
      std::string path = absl::StrCat(
          "/proc/sys/", absl::StrReplaceAll(shown.sysctl, {{".", "/"}}));
      struct stat found;
      shown.exists = stat(path.c_str(), &found) == 0;
      shown.writable = shown.exists && (found.st_mode & 0222) != 0;
    }
  }).join();
  return entered;
}

TEST(SysctlScopeOfThisKernel, IsWhatAFreshNamespaceShows) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  if (!KernelIsAtLeast(6, 18)) GTEST_SKIP() << "the table is of Linux 6.18";
  std::vector<Shown> sysctls;
  for (const auto& [name, value] : ReadFacts({})) {
    if (name.compare(0, 4, "net.") == 0) sysctls.push_back({.sysctl = name});
  }
  ASSERT_FALSE(sysctls.empty());
  if (!LookInFreshNamespace(sysctls)) {
    SOCKDRIFT_MISSING("netns", "unshare(CLONE_NEWNET) is refused");
  }
  for (const Shown& shown : sysctls) {
    if (!shown.exists) {
      EXPECT_FALSE(IsPerNamespace(shown.sysctl)) << shown.sysctl;
    } else if (shown.writable) {
      EXPECT_TRUE(IsPerNamespace(shown.sysctl)) << shown.sysctl;
    }
  }
}

}  // namespace
}  // namespace sockdrift
