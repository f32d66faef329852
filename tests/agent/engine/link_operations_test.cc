// Groups, options and addresses that name a link, asked of the kernel that the
// tests run on. A fresh namespace has the link lo alone.
#include <netinet/in.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/engine/netns_run.h"
#include "tests/agent/engine/step_programs.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using testing::Ran;
using testing::RunInNamespace;
using testing::StepsOf;

class LinkOperationTest : public ::testing::Test {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
};

TEST_F(LinkOperationTest, AMemberReceivesUntilItLeaves) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - socket: {as: member, family: inet, type: dgram, options: {SO_REUSEADDR: 1}}
  - bind: {of: member, to: "0.0.0.0:A", must: ok}
  - socket: {as: other, family: inet, type: dgram,
             options: {SO_REUSEADDR: 1, IP_MULTICAST_ALL: 0}}
  - bind: {of: other, to: "0.0.0.0:A", must: ok}
  - join_group: {of: member, group: 239.1.2.3, observe: join}
  - socket: {as: client, family: inet, type: dgram}
  - send: {of: client, to: "239.1.2.3:A", observe: no.link}
  - setsockopt: {of: client, name: IP_MULTICAST_IF, value: lo, must: ok}
  - send: {of: client, to: "239.1.2.3:A", observe: send}
  - recv: {of: [member, other], observe: members}
  - join_group: {of: member, group: 239.1.2.3, observe: again}
  - leave_group: {of: member, group: 239.1.2.3, always: 1, observe: leave}
  - leave_group: {of: member, group: 239.1.2.3, always: 1, observe: left}
  - send: {of: client, to: "239.1.2.3:A"}
  - recv: {of: member, always: 1, observe: after}
)yaml")));
  EXPECT_EQ(ran["join"], "ok");
  EXPECT_EQ(ran["no.link"], "ENETUNREACH");
  EXPECT_EQ(ran["send"], "ok");
  EXPECT_EQ(ran["members"], "{member}");
  EXPECT_EQ(ran["again"], "EADDRINUSE");
  EXPECT_EQ(ran["leave"], "ok");
  EXPECT_EQ(ran["left"], "EADDRNOTAVAIL");
  EXPECT_EQ(ran["after"], "nothing");
}

TEST_F(LinkOperationTest, AnIpv6SocketJoinsGroupsOfBothFamilies) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - socket: {as: s, family: inet6, type: dgram}
  - join_group: {of: s, group: "ff02::1:2", interface: lo, observe: ipv6}
  - join_group: {of: s, group: 239.1.2.3, observe: ipv4}
  - leave_group: {of: s, group: "ff02::1:2", observe: leave}
  - socket: {as: t, family: inet, type: dgram}
  - join_group: {of: t, group: "ff02::1:2", observe: wrong.family}
  - socket: {as: u, family: inet, type: dgram}
  - join_group: {of: u, group: 239.1.2.3, interface: any, observe: no.route}
  - socket: {as: v, family: inet, type: dgram}
  - join_group: {of: v, group: 239.1.2.3, interface: d9, observe: no.link}
)yaml")));
  EXPECT_EQ(ran["ipv6"], "ok");
  EXPECT_EQ(ran["ipv4"], "ok");
  EXPECT_EQ(ran["leave"], "ok");
  EXPECT_EQ(ran["wrong.family"], "ENOPROTOOPT");
  EXPECT_EQ(ran["no.route"], "ENODEV");
  EXPECT_EQ(ran["no.link"], "ENODEV");
}

TEST_F(LinkOperationTest, OptionsNameLinks) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - socket: {as: s, family: inet6, type: dgram}
  - getsockopt: {of: s, name: IPV6_MULTICAST_IF, observe: none}
  - setsockopt: {of: s, name: IPV6_MULTICAST_IF, value: lo, observe: set}
  - getsockopt: {of: s, name: IPV6_MULTICAST_IF, observe: get}
  - setsockopt: {of: s, name: IPV6_UNICAST_IF, value: lo, observe: set.unicast}
  - getsockopt: {of: s, name: IPV6_UNICAST_IF, observe: unicast}
  - setsockopt: {of: s, name: IPV6_UNICAST_IF, value: none}
  - getsockopt: {of: s, name: IPV6_UNICAST_IF, observe: unicast.none}
  - setsockopt: {of: s, name: SO_BINDTOIFINDEX, value: lo, observe: set.bound}
  - getsockopt: {of: s, name: SO_BINDTODEVICE, observe: bound}
  - getsockopt: {of: s, name: SO_BINDTOIFINDEX, observe: bound.number}
  - socket: {as: t, family: inet, type: dgram}
  - setsockopt: {of: t, name: IP_MULTICAST_IF, value: 127.0.0.1, observe: address}
  - getsockopt: {of: t, name: IP_MULTICAST_IF, observe: address.read}
  - setsockopt: {of: t, name: IP_MULTICAST_IF, value: lo}
  - getsockopt: {of: t, name: IP_MULTICAST_IF, observe: link.read}
  - setsockopt: {of: t, name: IP_MULTICAST_IF, value: d9, observe: missing}
)yaml")));
  EXPECT_EQ(ran["none"], "none");
  EXPECT_EQ(ran["set"], "ok");
  EXPECT_EQ(ran["get"], "lo");
  EXPECT_EQ(ran["set.unicast"], "ok");
  EXPECT_EQ(ran["unicast"], "lo");
  EXPECT_EQ(ran["unicast.none"], "none");
  EXPECT_EQ(ran["set.bound"], "ok");
  EXPECT_EQ(ran["bound"], "lo");
  EXPECT_EQ(ran["bound.number"], "lo");
  EXPECT_EQ(ran["address"], "ok");
  EXPECT_EQ(ran["address.read"], "127.0.0.1");
  EXPECT_EQ(ran["link.read"], "0.0.0.0");
  EXPECT_EQ(ran["missing"], "EADDRNOTAVAIL");
}

TEST_F(LinkOperationTest, WordsAndKeysReadAsNoneWhereThereIsNone) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - socket: {as: s, family: inet, type: stream}
  - setsockopt: {of: s, name: TCP_CONGESTION, value: reno, observe: set}
  - getsockopt: {of: s, name: TCP_CONGESTION, observe: get}
  - getsockopt: {of: s, name: TCP_ULP, observe: ulp}
  - getsockopt: {of: s, name: TCP_FASTOPEN_KEY, observe: no.key}
  - setsockopt: {of: s, name: TCP_FASTOPEN_KEY,
                 value: 000102030405060708090A0B0C0D0E0F, observe: set.key}
  - getsockopt: {of: s, name: TCP_FASTOPEN_KEY, observe: key}
  - setsockopt: {of: s, name: TCP_CONGESTION, value: no-such, observe: unknown}
  - socket: {as: t, family: inet, type: dgram}
  - setsockopt: {of: t, name: SO_EXCLUSIVEADDRUSE, value: 1, observe: windows}
)yaml")));
  EXPECT_EQ(ran["set"], "ok");
  EXPECT_EQ(ran["get"], "reno");
  EXPECT_EQ(ran["ulp"], "none");
  EXPECT_EQ(ran["no.key"], "none");
  EXPECT_EQ(ran["set.key"], "ok");
  EXPECT_EQ(ran["key"], "set");
  EXPECT_EQ(ran["unknown"], "ENOENT");
  EXPECT_EQ(ran["windows"], "ENOPROTOOPT");
}

TEST_F(LinkOperationTest, AZoneIsALinksName) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - socket: {as: s, family: inet6, type: dgram}
  - bind: {of: s, to: "[fe80::1%lo]:A", observe: no.address}
  - socket: {as: t, family: inet6, type: dgram}
  - bind: {of: t, to: "[fe80::1%d9]:A", observe: no.link}
  - socket: {as: u, family: inet6, type: dgram}
  - bind: {of: u, to: "[fe80::1]:A", observe: no.zone}
  - socket: {as: v, family: inet6, type: dgram}
  - bind: {of: v, to: "[::1%d9]:A", observe: needs.none}
)yaml")));
  EXPECT_EQ(ran["no.address"], "EADDRNOTAVAIL");
  EXPECT_EQ(ran["no.link"], "ENODEV");
  EXPECT_EQ(ran["no.zone"], "EINVAL");
  EXPECT_EQ(ran["needs.none"], "ok");
}

TEST_F(LinkOperationTest, ADatagramsDestinationIsTold) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - socket: {as: s, family: inet, type: dgram, options: {IP_PKTINFO: 1}}
  - bind: {of: s, to: "0.0.0.0:A", must: ok}
  - socket: {as: t, family: inet6, type: dgram, options: {IPV6_RECVPKTINFO: 1}}
  - bind: {of: t, to: "[::]:B", must: ok}
  - socket: {as: u, family: inet, type: dgram}
  - bind: {of: u, to: "127.0.0.1:C", must: ok}
  - socket: {as: c, family: inet, type: dgram}
  - recv: {of: s, show: destination, observe: nothing}
  - send: {of: c, to: "127.0.0.7:A"}
  - recv: {of: s, show: destination, observe: ipv4}
  - send: {of: c, to: "127.0.0.7:B"}
  - recv: {of: t, show: destination, observe: mapped}
  - socket: {as: d, family: inet6, type: dgram}
  - send: {of: d, to: "[::1]:B"}
  - recv: {of: t, show: destination, observe: ipv6}
  - send: {of: c, to: "127.0.0.1:C"}
  - recv: {of: u, show: destination, observe: untold}
)yaml")));
  EXPECT_EQ(ran["nothing"], "nothing");
  EXPECT_EQ(ran["ipv4"], "127.0.0.7");
  EXPECT_EQ(ran["mapped"], "v4mapped(127.0.0.7)");
  EXPECT_EQ(ran["ipv6"], "::1");
  EXPECT_EQ(ran["untold"], "none");
}

// A world that notes what is changed in it.
class ChangedWorld : public testing::PlainWorld {
 public:
  int ChangeSysctl(const std::string& key, const std::string& value) override {
    if (value != "2000 2001") return -EINVAL;
    rules.ephemeral_first = 2000;
    rules.ephemeral_last = 2001;
    changes += key;
    return 0;
  }
  int ChangeAddress(const std::string& link, const std::string& address,
                    bool add) override {
    changes += absl::StrCat(" ", link, add ? "+" : "-", address);
    return 0;
  }
  int ChangeLink(const std::string& link, bool up) override {
    changes += absl::StrCat(" ", link, up ? " up" : " down");
    return -ENODEV;
  }
  std::string changes;
};

// Notes the port of the first bind.
class BoundPorts : public SocketCalls {
 public:
  int Bind(int fd, const void* address, socklen_t size) override {
    sockaddr_in to;
    std::memcpy(&to, address, sizeof to);
    if (first == 0) first = ntohs(to.sin_port);
    return SocketCalls::Bind(fd, address, size);
  }
  uint16_t first = 0;
};

// Ports that are chosen after a sysctl has moved a range are of the new one.
TEST_F(LinkOperationTest, StepsChangeTheWorldAndPortsFollow) {
  const Program program = testing::PlanOf(R"yaml(
isolation: cell
repeats: 1
steps:
  - sysctl: {key: net.ipv4.ip_local_port_range, value: "1 0", observe: refused}
  - sysctl: {key: net.ipv4.ip_local_port_range, value: "2000 2001", observe: sysctl}
  - address: {interface: lo, address: 192.0.2.1/24, observe: add}
  - address: {interface: lo, address: 192.0.2.1/24, how: remove, observe: remove}
  - link: {interface: lo, state: up, observe: up}
  - link: {interface: lo, state: down, observe: down}
  - socket: {as: s, family: inet, type: dgram}
  - bind: {of: s, to: "127.0.0.1:A.ephemeral", must: ok}
  - bind: {of: s, to: "127.0.0.1:B", observe: twice}
)yaml");
  EXPECT_EQ(
      testing::InNamespace([&]() -> std::string {
        ChangedWorld world;
        std::vector<uint8_t> memory(Tally::Size(1, 7, 1));
        Tally tally = Tally::Create(absl::MakeSpan(memory), 1, 7, 1);
        EngineOptions options;
        options.repeats = 1;
        BoundPorts ports;
        options.calls = &ports;
        const absl::Status run = RunProgram(program, options, world, tally);
        if (!run.ok()) return run.ToString();
        const Record record = tally.Fold({}, "", program.observations);
        std::string outcomes;
        for (size_t i = 0; i < 7; ++i) {
          absl::StrAppend(&outcomes, record.Outcome(i, 0), " ");
        }
        return absl::StrCat(outcomes, "| ", ports.first, " | ", world.changes);
      }),
      "EINVAL ok ok ok ENODEV ENODEV EINVAL | 2000 | "
      "net.ipv4.ip_local_port_range lo+192.0.2.1/24 lo-192.0.2.1/24 lo "
      "up lo down");
}

}  // namespace
}  // namespace sockdrift
