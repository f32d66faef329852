// Plans of two network stacks, and names looked up in them, run by the real
// probe.
#include <sys/wait.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/supervise/supervise.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/engine/step_programs.h"
#include "tests/agent/probe/jobs.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::PlanOf;

// What a job's probe saw.
struct Seen {
  ProbeResult result;
  std::vector<std::string> observations;

  // "ok" and the like; the reason where the cell is not DONE.
  std::string At(absl::string_view observation, uint32_t cell = 0) const {
    if (result.record.status[cell] != CellStatus::kDone) {
      return absl::StrCat(CellStatusName(result.record.status[cell]), ": ",
                          result.record.Reason(cell), " ", result.message);
    }
    for (size_t i = 0; i < observations.size(); ++i) {
      if (observations[i] == observation) {
        return std::string(result.record.Outcome(i, cell));
      }
    }
    return "no such observation";
  }
};

Seen RunKeys(absl::string_view keys, World world = World::kPristine) {
  Job job;
  job.plan = "hosts.test";
  job.program = PlanOf(keys);
  job.world = world;
  job.repeats = 1;
  absl::StatusOr<ProbeResult> result = RunJob(job, {.probe = testing::kProbe});
  EXPECT_OK(result.status());
  return {result.ok() ? *std::move(result) : ProbeResult(),
          job.program.observations};
}

class HostsTest : public ::testing::Test {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
};

constexpr absl::string_view kReach = R"yaml(
hosts: {server: {}, client: {}}
axes:
  to: ["192.0.2.1", "2001:db8::1"]
steps:
  - socket: {as: s, family: $to.family, type: stream, host: server}
  - bind: {of: s, to: "$to:A", must: ok}
  - listen: s
  - socket: {as: c, family: $to.family, type: stream, host: client}
  - connect: {of: c, to: "$to:A", observe: connect}
  - accept: {of: s, as: conn, observe: accept}
  - getpeername: {of: conn, show: addr, observe: peer}
  - tcp_state: {facing: c, observe: other-end}
  - close: {of: conn}
  - wait_for: {facing: c, state: FIN_WAIT2, observe: closed-end}
)yaml";

TEST_F(HostsTest, AClientReachesTheOtherHostByTheirAddresses) {
  const Seen seen = RunKeys(kReach);
  EXPECT_EQ(seen.At("connect", 0), "ok");
  EXPECT_EQ(seen.At("accept", 0), "ok");
  EXPECT_EQ(seen.At("peer", 0), "192.0.2.2");
  EXPECT_EQ(seen.At("peer", 1), "2001:db8::2");
}

TEST_F(HostsTest, TheStateOfTheOtherEndIsLookedUpOnTheOtherHost) {
  const Seen seen = RunKeys(kReach);
  for (const uint32_t cell : {0, 1}) {
    EXPECT_EQ(seen.At("other-end", cell), "ESTABLISHED");
    EXPECT_EQ(seen.At("closed-end", cell), "ok");
  }
}

TEST_F(HostsTest, EachHostHasPortsAndALoopbackOfItsOwn) {
  const Seen seen = RunKeys(R"yaml(
hosts: {server: {}, client: {}}
steps:
  - socket: {as: s, family: inet, type: stream, host: server}
  - bind: {of: s, to: "0.0.0.0:A", observe: bind.s}
  - listen: s
  - socket: {as: t, family: inet, type: stream, host: client}
  - bind: {of: t, to: "0.0.0.0:A", observe: bind.t}
  - socket: {as: u, family: inet, type: stream, host: server}
  - bind: {of: u, to: "0.0.0.0:A", observe: bind.u}
  - socket: {as: c, family: inet, type: stream, host: client}
  - connect: {of: c, to: "127.0.0.1:A", observe: loopback}
  - tcp_state: {facing: c, observe: facing}
)yaml");
  EXPECT_EQ(seen.At("bind.s"), "ok");
  EXPECT_EQ(seen.At("bind.t"), "ok");
  EXPECT_EQ(seen.At("bind.u"), "EADDRINUSE");
  EXPECT_EQ(seen.At("loopback"), "ECONNREFUSED");
}

constexpr absl::string_view kFamilies = R"yaml(
axes:
  ipv4: ["yes", "no"]
  ipv6: ["yes", "no"]
except:
  - {ipv4: "no", ipv6: "no"}
hosts: {server: {ipv4: $ipv4, ipv6: $ipv6}, client: {}}
steps:
  - socket: {as: a, family: inet, type: dgram, host: server}
  - bind: {of: a, to: "127.0.0.1:A", observe: loopback4}
  - socket: {as: b, family: inet6, type: dgram, host: server}
  - bind: {of: b, to: "[::1]:A", observe: loopback6}
  - socket: {as: c, family: inet, type: stream, host: client}
  - connect: {of: c, to: "192.0.2.1:B", observe: to4}
  - socket: {as: d, family: inet6, type: stream, host: client}
  - connect: {of: d, to: "[2001:db8::1]:B", observe: to6}
)yaml";

// Both isolations must give the same: worlds by settings, and one a cell.
TEST_F(HostsTest, AHostWithoutAFamilyHasNoAddressOfItAndIsNotReached) {
  for (const absl::string_view isolation : {"plan", "cell"}) {
    SCOPED_TRACE(std::string(isolation));
    const Seen seen =
        RunKeys(absl::StrCat("isolation: ", isolation, "\n", kFamilies));
    // yes, yes
    EXPECT_EQ(seen.At("loopback4", 0), "ok");
    EXPECT_EQ(seen.At("loopback6", 0), "ok");
    EXPECT_EQ(seen.At("to4", 0), "ECONNREFUSED");
    EXPECT_EQ(seen.At("to6", 0), "ECONNREFUSED");
    // IPv4 only
    EXPECT_EQ(seen.At("loopback4", 1), "ok");
    EXPECT_EQ(seen.At("loopback6", 1), "EADDRNOTAVAIL");
    EXPECT_EQ(seen.At("to4", 1), "ECONNREFUSED");
    EXPECT_EQ(seen.At("to6", 1), "EHOSTUNREACH");
    // IPv6 only
    EXPECT_EQ(seen.At("loopback4", 2), "EADDRNOTAVAIL");
    EXPECT_EQ(seen.At("loopback6", 2), "ok");
    EXPECT_EQ(seen.At("to4", 2), "EHOSTUNREACH");
    EXPECT_EQ(seen.At("to6", 2), "ECONNREFUSED");
  }
}

TEST_F(HostsTest, SettingsAreTheirHostsAlone) {
  const Seen seen = RunKeys(R"yaml(
hosts:
  server: {world: {sysctls: {net.ipv6.bindv6only: 1}, addresses: {lo: 198.51.100.1/32}}}
  client: {}
steps:
  - socket: {as: s, family: inet6, type: stream, host: server}
  - getsockopt: {of: s, name: IPV6_V6ONLY, observe: server}
  - socket: {as: c, family: inet6, type: stream, host: client}
  - getsockopt: {of: c, name: IPV6_V6ONLY, observe: client}
  - socket: {as: t, family: inet, type: stream, host: server}
  - bind: {of: t, to: "198.51.100.1:A", observe: bind.server}
  - socket: {as: d, family: inet, type: stream, host: client}
  - bind: {of: d, to: "198.51.100.1:A", observe: bind.client}
)yaml");
  EXPECT_EQ(seen.At("server"), "1");
  EXPECT_EQ(seen.At("client"), "0");
  EXPECT_EQ(seen.At("bind.server"), "ok");
  EXPECT_EQ(seen.At("bind.client"), "EADDRNOTAVAIL");
}

// A thousand times what takes a packet one way (a datagram), two (a refusal)
// and three (a connection that nobody waited for) over the link: `must` makes
// an ERROR of one that is missed.
TEST_F(HostsTest, WhatWasSentOverTheLinkHasArrivedWhenNothingIsSaid) {
  const Seen seen = RunKeys(R"yaml(
hosts: {server: {}, client: {}}
limit: 60s
axes:
  to: ["192.0.2.1", "2001:db8::1"]
steps:
  - socket: {as: u, family: $to.family, type: dgram, host: server}
  - bind: {of: u, to: "$to:A", must: ok}
  - socket: {as: v, family: $to.family, type: dgram, host: server}
  - bind: {of: v, to: "$to:C", must: ok}
  - socket: {as: s, family: $to.family, type: stream, host: server}
  - bind: {of: s, to: "$to:A", must: ok}
  - listen: {of: s, backlog: 8}
  - repeat:
      times: 1000
      observe: rounds
      steps:
        - socket: {as: c, family: $to.family, type: dgram, host: client}
        - connect: {of: c, to: "$to:A", must: ok}
        - send: {of: c, must: ok}
        - recv: {of: [u, v], must: "{u}"}
        - close: c
        - socket: {as: d, family: $to.family, type: dgram, host: client}
        - connect: {of: d, to: "$to:B", must: ok}
        - send: {of: d, must: ok}
        - recv: {of: d, must: ECONNREFUSED}
        - close: d
        - socket: {as: e, family: $to.family, type: stream, host: client}
        - connect: {of: e, to: "$to:A", wait: "no", must: EINPROGRESS}
        - accept: {of: s, as: conn, must: ok}
        - close: {of: e, how: reset}
        - recv: {of: conn, must: ECONNRESET}
        - close: conn
)yaml");
  EXPECT_EQ(seen.At("rounds", 0), "1000");
  EXPECT_EQ(seen.At("rounds", 1), "1000");
}

TEST_F(HostsTest, TheWorldThatCannotJoinHostsSaysSo) {
  const Seen seen = RunKeys(kReach, World::kOwn);
  EXPECT_THAT(seen.result.record.status, Each(CellStatus::kSkip));
  EXPECT_THAT(
      std::string(seen.result.record.Reason(0)),
      HasSubstr("two network stacks of its own, which world own is not"));
}

constexpr absl::string_view kLookup = R"yaml(
axes:
  records:
    a: {a: 192.0.2.1}
    aaaa: {aaaa: "2001:db8::1"}
    both: {a: 192.0.2.1, aaaa: "2001:db8::1"}
  hints:
    any: {}
    four: {family: inet}
    six: {family: inet6}
    mapped: {family: inet6, flags: v4mapped}
    all: {family: inet6, flags: "v4mapped,all"}
world:
  names: {server: [$records.a, $records.aaaa]}
hosts: {server: {}, client: {}}
steps:
  - resolve: {name: server, family: $hints.family, flags: $hints.flags, as: list, show: list, host: client, observe: list}
  - dial: {to: "list:A", as: c, type: dgram, show: addr, host: client, observe: dial}
  - getpeername: {of: c, observe: peer}
)yaml";

TEST_F(HostsTest, NamesAreLookedUpInThePlansOwnFile) {
  const Seen seen = RunKeys(kLookup);
  const std::vector<std::string> lists = {
      "{192.0.2.1}", "{192.0.2.1}", "EAI_NONAME", "{v4mapped(192.0.2.1)}",
      "{v4mapped(192.0.2.1)}",
      // AAAA alone
      "{2001:db8::1}", "EAI_NONAME", "{2001:db8::1}", "{2001:db8::1}",
      "{2001:db8::1}",
      // both, the IPv6 address first (RFC 6724)
      "{2001:db8::1,192.0.2.1}", "{192.0.2.1}", "{2001:db8::1}",
      "{2001:db8::1}", "{2001:db8::1,v4mapped(192.0.2.1)}"};
  for (uint32_t cell = 0; cell < lists.size(); ++cell) {
    EXPECT_EQ(seen.At("list", cell), lists[cell]) << cell;
  }
  EXPECT_EQ(seen.At("dial", 3), "v4mapped(192.0.2.1)");
  EXPECT_EQ(seen.At("peer", 3), "v4mapped(192.0.2.1):A");
  EXPECT_EQ(seen.At("dial", 2), "not-reached");
}

// Each host is asked in turn, in one cell and again: nothing of one's answer is
// kept for the other.
TEST_F(HostsTest, EachHostHasNamesAndAddressesOfItsOwn) {
  const Seen seen = RunKeys(R"yaml(
hosts:
  server: {ipv6: "no", world: {names: {here: [192.0.2.1, "2001:db8::1"]}}}
  client: {world: {names: {there: 192.0.2.1}}}
world: {names: {both: [192.0.2.1, "2001:db8::1"]}}
recipes:
  ask:
    - resolve: {name: both, flags: addrconfig, show: list, host: server, must: "{192.0.2.1}"}
    - resolve: {name: both, flags: addrconfig, show: list, host: client, must: "{2001:db8::1,192.0.2.1}"}
    - resolve: {name: here, host: server, must: ok}
    - resolve: {name: here, host: client, must: EAI_NONAME}
    - resolve: {name: there, host: server, must: EAI_NONAME}
    - resolve: {name: there, host: client, must: ok}
    - resolve: {name: localhost, host: client, must: EAI_NONAME}
steps:
  - repeat: {times: 20, observe: rounds, steps: [{do: ask}]}
)yaml");
  EXPECT_EQ(seen.At("rounds"), "20");
}

TEST_F(HostsTest, ADialTriesOneAddressOrAll) {
  const Seen seen = RunKeys(R"yaml(
axes:
  try: [first, all]
hosts: {server: {}, client: {}}
world: {names: {server: ["2001:db8::1", 192.0.2.1]}}
steps:
  - socket: {as: s, family: inet, type: stream, host: server}
  - bind: {of: s, to: "192.0.2.1:A", must: ok}
  - listen: s
  - resolve: {name: server, as: list, host: client, must: ok}
  - dial: {to: "list:A", try: $try, as: c, type: stream, host: client, observe: dial}
  - getpeername: {of: c, show: addr, observe: peer}
  - accept: {of: s, as: conn, observe: accept}
  - send: {of: c, data: hello, observe: send}
  - recv: {of: conn, observe: recv}
)yaml");
  EXPECT_EQ(seen.At("dial", 0), "ECONNREFUSED");
  EXPECT_EQ(seen.At("peer", 0), "not-reached");
  EXPECT_EQ(seen.At("accept", 0), "nothing");
  EXPECT_EQ(seen.At("dial", 1), "ok");
  EXPECT_EQ(seen.At("peer", 1), "192.0.2.1");
  EXPECT_EQ(seen.At("recv", 1), "from:c");
}

TEST_F(HostsTest, APlanOfOneStackMayLookNamesUp) {
  const Seen seen = RunKeys(R"yaml(
world: {names: {here: ["127.0.0.1", "2001:db8::9"]}}
steps:
  - resolve: {name: here, family: inet, as: list, show: list, observe: list}
  - dial: {to: "list:A", as: c, type: stream, observe: dial}
  - getpeername: {of: c, observe: peer}
)yaml");
  EXPECT_EQ(seen.At("list"), "{127.0.0.1}");
  EXPECT_EQ(seen.At("dial"), "ECONNREFUSED");
}

std::string TextOf(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(HostsTest, NothingIsLeftBehind) {
  const std::string mounts = TextOf("/proc/self/mounts");
  const std::string links = TextOf("/proc/self/net/dev");
  const std::string hosts = TextOf("/etc/hosts");
  ASSERT_THAT(hosts, Not(IsEmpty()));
  RunKeys(kLookup);
  EXPECT_EQ(TextOf("/proc/self/mounts"), mounts);
  EXPECT_THAT(links, Not(HasSubstr("link0")));
  EXPECT_THAT(TextOf("/proc/self/net/dev"), Not(HasSubstr("link0")));
  EXPECT_EQ(TextOf("/etc/hosts"), hosts);
  // Its namespaces have no other holder than a process of ours could be.
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace sockdrift
