#include "agent/worlds/sysctls.h"

#include <sched.h>

#include "absl/strings/str_cat.h"
#include "agent/worlds/sysctl_scope.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/worlds/in_child.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::StartsWith;

TEST(SysctlNameTest, IsAPathBelowNet) {
  ASSERT_OK_AND_ASSIGN(const std::string dotted,
                       SysctlName("net.ipv6.bindv6only"));
  EXPECT_EQ(dotted, "net/ipv6/bindv6only");
  ASSERT_OK_AND_ASSIGN(const std::string slashed,
                       SysctlName("net/ipv4/conf/eth0.7/rp_filter"));
  EXPECT_EQ(slashed, "net/ipv4/conf/eth0.7/rp_filter");
  for (const char* other : {"kernel.hostname", "net/../kernel/hostname", "",
                            "net..ipv4", "/net/ipv4/tcp_ecn"}) {
    EXPECT_FALSE(SysctlName(other).ok()) << other;
  }
}

TEST(SysctlsTest, LeaveOutLinksAndKeys) {
  const Sysctls found = ReadNetworkSysctls();
  ASSERT_GT(found.size(), 10u);
  EXPECT_THAT(found,
              Each(Key(AllOf(StartsWith("net/"), Not(HasSubstr("/eth0/")),
                             Not(HasSubstr("fastopen_key")),
                             Not(HasSubstr("/flush"))))));
}

TEST(SysctlScopeTest, TellsANamespaceWithItsOwnFromTheFormerOne) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  const std::string said = testing::InChild([]() -> std::string {
    constexpr char kRange[] = "net/ipv4/ip_local_port_range";
    if (::unshare(CLONE_NEWNET) != 0) return "no namespace";
    const std::string range = ReadSysctl(kRange).value_or("none");
    const SysctlScope former;
    // Nothing was left yet: a write here is one there.
    const bool here = former.IsSharedWithFormer();
    if (::unshare(CLONE_NEWNET) != 0) return "no namespace";
    const bool there = former.IsSharedWithFormer();
    return absl::StrCat(
        here ? "shared " : "apart ", there ? "shared " : "apart ",
        ReadSysctl(kRange).value_or("none") == range ? "restored" : "changed");
  });
  EXPECT_EQ(said, "shared apart restored");
}

// What a copy of `wanted` into a fresh namespace leaves, as "name=value " for
// each wanted name, then "missed name wanted got".
std::string Copied(const Sysctls& wanted) {
  return testing::InChild([&wanted]() -> std::string {
    if (::unshare(CLONE_NEWNET) != 0) return "no namespace";
    const SysctlCopy copy = WriteSysctls(wanted);
    std::string said;
    for (const auto& [name, value] : wanted) {
      absl::StrAppend(&said, ReadSysctl(name).value_or("unreadable"), ";");
    }
    for (const SysctlMiss& miss : copy.missed) {
      absl::StrAppend(&said, "missed ", miss.name, " wanted ", miss.wanted,
                      " got ", miss.got, " because ", miss.why, ";");
    }
    for (const std::string& name : copy.absent) {
      absl::StrAppend(&said, "absent ", name, ";");
    }
    return said;
  });
}

// The start of the unprivileged ports must not be above the first ephemeral
// one: downwards the start goes first, upwards the range.
TEST(SysctlCopyTest, SettlesPairsInEitherOrder) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  EXPECT_EQ(Copied({{"net/ipv4/ip_local_port_range", "500 60000"},
                    {"net/ipv4/ip_unprivileged_port_start", "400"}}),
            "500 60000;400;");
  EXPECT_EQ(Copied({{"net/ipv4/ip_local_port_range", "45000 60000"},
                    {"net/ipv4/ip_unprivileged_port_start", "44000"}}),
            "45000 60000;44000;");
}

TEST(SysctlCopyTest, LetsALinkDifferFromAll) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  EXPECT_EQ(Copied({{"net/ipv6/conf/all/disable_ipv6", "1"},
                    {"net/ipv6/conf/default/disable_ipv6", "0"},
                    {"net/ipv6/conf/lo/disable_ipv6", "0"}}),
            "1;0;0;");
}

TEST(SysctlCopyTest, ListsWhatDidNotTake) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  EXPECT_EQ(Copied({{"net/ipv4/ip_local_port_range", "300 200"},
                    {"net/ipv4/no_such_thing", "1"},
                    {"net/ipv6/bindv6only", "1"}}),
            "32768 60999;unreadable;1;"
            "missed net/ipv4/ip_local_port_range wanted 300 200 got "
            "32768 60999 because Invalid argument;"
            "absent net/ipv4/no_such_thing;");
}

}  // namespace
}  // namespace sockdrift
