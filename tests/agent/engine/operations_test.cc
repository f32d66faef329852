// Each operation, asked of the kernel that the tests run on.
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/engine/proc_net_tcp.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/engine/netns_run.h"
#include "tests/agent/engine/step_programs.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using testing::PlanOf;
using testing::Ran;
using testing::RunInNamespace;
using testing::StepsOf;

// A server that listens on 127.0.0.1:A and a client that is connected to it.
constexpr absl::string_view kConnected = R"yaml(
  - socket: {as: server, family: inet, type: stream}
  - bind: {of: server, to: "127.0.0.1:A", must: ok}
  - listen: server
  - socket: {as: client, family: inet, type: stream}
  - connect: {of: client, to: "127.0.0.1:A", must: ok}
  - accept: {of: server, as: conn, must: ok}
)yaml";

// Two datagram sockets, one bound.
constexpr absl::string_view kDatagrams = R"yaml(
  - socket: {as: server, family: inet, type: dgram}
  - bind: {of: server, to: "127.0.0.1:A", must: ok}
  - socket: {as: client, family: inet, type: dgram}
)yaml";

struct Case {
  std::string name;
  std::string steps;
  std::vector<std::pair<std::string, std::string>> outcomes;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

std::string After(absl::string_view head, absl::string_view steps) {
  return std::string(head) + std::string(steps);
}

const Case kCases[] = {
    {.name = "lengths_of_more_than_the_value",
     .steps = R"yaml(
  - socket: {as: a, family: inet6, type: dgram, options: {SO_ATTACH_FILTER: accept-all}}
  - getsockopt: {of: a, name: SO_ATTACH_FILTER, observe: filter}
  - getsockopt: {of: a, name: SO_ATTACH_FILTER, size: 1, observe: one}
  - bind: {of: a, to: "[::1]:A", sa_len: 128, observe: bind}
  - connect: {of: a, to: "[::1]:A", sa_len: 129, observe: connect}
)yaml",
     .outcomes = {{"filter", "6"},
                  {"one", "6"},
                  {"bind", "ok"},
                  {"connect", "EINVAL"}}},
    {.name = "socket",
     .steps = R"yaml(
  - socket: {as: a, family: inet, type: stream, observe: a}
  - socket: {as: b, family: inet, type: stream, protocol: udp, observe: b}
  - bind: {of: a, to: "127.0.0.1:A"}
  - bind: {of: b, to: "127.0.0.1:A", observe: bind.b}
)yaml",
     .outcomes = {{"a", "ok"},
                  {"b", "EPROTONOSUPPORT"},
                  {"bind.b", "not-reached"}}},
    {.name = "options",
     .steps = R"yaml(
  - socket: {as: s, family: inet, type: stream}
  - getsockopt: {of: s, name: SO_REUSEADDR, observe: before}
  - setsockopt: {of: s, name: SO_REUSEADDR, value: 1, observe: set}
  - getsockopt: {of: s, name: SO_REUSEADDR, observe: after}
  - setsockopt: {of: s, name: SO_LINGER, value: 1/5s}
  - getsockopt: {of: s, name: SO_LINGER, observe: linger}
  - setsockopt: {of: s, name: SO_RCVTIMEO, value: 1500ms}
  - getsockopt: {of: s, name: SO_RCVTIMEO, observe: timeout}
  - getsockopt: {of: s, name: SO_ERROR, observe: error}
  - setsockopt: {of: s, name: SO_REUSEADDR, value: 1, size: 1, observe: short}
)yaml",
     .outcomes = {{"before", "0"},
                  {"set", "ok"},
                  {"after", "1"},
                  {"linger", "1/5s"},
                  {"timeout", "1500ms"},
                  {"error", "0"},
                  {"short", "EINVAL"}}},
    {.name = "a failed option fails its socket",
     .steps = R"yaml(
  - socket: {as: s, family: inet, type: stream, options: {IPV6_V6ONLY: 1}, observe: s}
  - bind: {of: s, to: "127.0.0.1:A", observe: bind}
  - close: {of: s, always: 1, observe: close}
)yaml",
     .outcomes = {{"s", "ENOPROTOOPT"},
                  {"bind", "not-reached"},
                  {"close", "ok"}}},
    {.name = "bind",
     .steps = R"yaml(
  - socket: {as: s, family: inet6, type: stream}
  - bind: {of: s, to: "[::ffff:127.0.0.1]:A", observe: bind}
  - getsockname: {of: s, observe: all}
  - getsockname: {of: s, show: addr, observe: addr}
  - getsockname: {of: s, show: port, observe: port}
  - getsockname: {of: s, show: form, observe: form}
  - socket: {as: u, family: inet6, type: stream}
  - getsockname: {of: u, observe: unbound}
  - bind: {of: u, to: "[::1]:0"}
  - getsockname: {of: u, observe: chosen}
  - socket: {as: l, family: inet, type: stream}
  - bind: {of: l, to: "127.0.0.1:B", sa_len: 8, observe: short}
  - getpeername: {of: l, always: 1, observe: nobody}
)yaml",
     .outcomes = {{"bind", "ok"},
                  {"all", "v4mapped(127.0.0.1):A"},
                  {"addr", "v4mapped(127.0.0.1)"},
                  {"port", "A"},
                  {"form", "v4mapped"},
                  {"unbound", "[::]:0"},
                  {"chosen", "[::1]:0*"},
                  {"short", "EINVAL"},
                  {"nobody", "ENOTCONN"}}},
    {.name = "connect",
     .steps = R"yaml(
  - socket: {as: s, family: inet, type: stream}
  - connect: {of: s, to: "127.0.0.1:A", observe: refused}
  - socket: {as: server, family: inet, type: stream}
  - bind: {of: server, to: "127.0.0.1:B"}
  - listen: {of: server, backlog: 0}
  - socket: {as: first, family: inet, type: stream}
  - connect: {of: first, to: "127.0.0.1:port(server)", observe: first}
  - socket: {as: second, family: inet, type: stream}
  - connect: {of: second, to: "127.0.0.1:B", within: 50ms, observe: second}
  - shutdown: {of: second, how: wr, observe: shutdown}
  - socket: {as: third, family: inet, type: stream}
  - connect: {of: third, to: "127.0.0.1:B", wait: no, observe: third}
  - tcp_state: {of: third, observe: third.state}
)yaml",
     .outcomes = {{"refused", "ECONNREFUSED"},
                  {"first", "ok"},
                  {"second", "timeout"},
                  {"shutdown", "not-reached"},
                  {"third", "EINPROGRESS"},
                  {"third.state", "SYN_SENT"}}},
    {.name = "unspec",
     .steps = After(kDatagrams, R"yaml(
  - connect: {of: client, to: "127.0.0.1:A", observe: connect}
  - getpeername: {of: client, observe: peer}
  - connect: {of: client, to: unspec, observe: again}
  - getpeername: {of: client, observe: none}
  - recv: {of: server, observe: recv}
)yaml"),
     .outcomes = {{"connect", "ok"},
                  {"peer", "127.0.0.1:A"},
                  {"again", "ok"},
                  {"none", "ENOTCONN"},
                  {"recv", "nothing"}}},
    {.name = "accept",
     .steps = R"yaml(
  - socket: {as: server, family: inet6, type: stream, options: {IPV6_V6ONLY: 0}}
  - bind: {of: server, to: "[::]:A"}
  - accept: {of: server, as: early, observe: early}
  - listen: {of: server, observe: listen}
  - accept: {of: server, as: none, observe: none}
  - getpeername: {of: none, observe: nobody}
  - socket: {as: client, family: inet, type: stream}
  - connect: {of: client, to: "127.0.0.1:A"}
  - accept: {of: server, as: conn, observe: accept}
  - getpeername: {of: conn, observe: peer}
  - getsockname: {of: conn, observe: local}
  - getsockname: {of: client, observe: client}
  - getpeername: {of: early, observe: never}
)yaml",
     .outcomes = {{"early", "EINVAL"},
                  {"listen", "ok"},
                  {"none", "nothing"},
                  {"nobody", "not-reached"},
                  {"accept", "ok"},
                  {"peer", "v4mapped(127.0.0.1):0*"},
                  {"local", "v4mapped(127.0.0.1):A"},
                  {"client", "127.0.0.1:0*"}}},
    {.name = "streams",
     .steps = After(kConnected, R"yaml(
  - send: {of: client, observe: send}
  - recv: {of: conn, observe: recv}
  - recv: {of: conn, observe: empty}
  - send: {of: conn, data: hello}
  - recv: {of: client, observe: other.data}
  - poll: {of: client, events: [in, out], observe: writable}
  - shutdown: {of: client, how: wr, observe: shutdown}
  - poll: {of: conn, events: [in, rdhup], observe: hangup}
  - recv: {of: conn, observe: eof}
  - send: {of: client, observe: pipe}
  - close: {of: conn, how: reset, observe: close}
  - recv: {of: client, observe: reset}
  - recv: {of: server, observe: listener}
)yaml"),
     .outcomes = {{"send", "ok"},
                  {"recv", "from:client"},
                  {"empty", "nothing"},
                  {"other.data", "from:conn"},
                  {"writable", "out"},
                  {"shutdown", "ok"},
                  {"hangup", "in+rdhup"},
                  {"eof", "eof"},
                  {"pipe", "EPIPE"},
                  {"close", "ok"},
                  {"reset", "ECONNRESET"},
                  {"listener", "nothing"}}},
    {.name = "datagrams",
     .steps = After(kDatagrams, R"yaml(
  - recv: {of: server, observe: none}
  - send: {of: client, to: "127.0.0.1:A", observe: send}
  - recv: {of: server, observe: recv}
  - send: {of: client, to: "127.0.0.1:A", data: 100 bytes}
  - recv: {of: server, observe: by.address}
  - send: {of: client, to: "127.0.0.1:A"}
  - recv: {of: server, show: all, observe: shown}
  - send: {of: client, to: "127.0.0.1:B", observe: lost}
  - connect: {of: client, to: "127.0.0.1:B"}
  - send: {of: client}
  - send: {of: client, observe: refused}
  - send: {of: server, observe: nowhere}
)yaml"),
     .outcomes = {{"none", "nothing"},
                  {"send", "ok"},
                  {"recv", "from:client"},
                  {"by.address", "from:client"},
                  {"shown", "127.0.0.1:0*"},
                  {"lost", "ok"},
                  {"refused", "ECONNREFUSED"},
                  {"nowhere", "EDESTADDRREQ"}}},
    {.name = "receivers",
     .steps = R"yaml(
  - socket: {as: a, family: inet, type: dgram, options: {SO_REUSEADDR: 1}}
  - bind: {of: a, to: "0.0.0.0:A", must: ok}
  - socket: {as: b, family: inet, type: dgram, options: {SO_REUSEADDR: 1}}
  - bind: {of: b, to: "127.0.0.1:A", must: ok}
  - socket: {as: client, family: inet, type: dgram}
  - recv: {of: [a, b], observe: none}
  - send: {of: client, to: "127.0.0.1:A"}
  - recv: {of: [a, b], observe: one}
  - send: {of: client, to: "127.0.0.1:A"}
  - send: {of: client, to: "127.0.0.1:A"}
  - recv: {of: [a, b], observe: twice}
  - send: {of: client, to: "127.0.0.1:A"}
  - send: {of: client, to: "127.0.0.2:A"}
  - recv: {of: [a, b], observe: both}
)yaml",
     .outcomes = {{"none", "nothing"},
                  {"one", "{b}"},
                  {"twice", "{b}*2"},
                  {"both", "{a,b}"}}},
    {.name = "states",
     .steps = After(kConnected, R"yaml(
  - tcp_state: {of: server, observe: listen}
  - tcp_state: {of: conn, observe: established}
  - tcp_state: {facing: client, observe: facing}
  - close: conn
  - wait_for: {facing: client, state: FIN_WAIT2, within: 2s, observe: fin.wait}
  - wait_for: {of: client, state: LISTEN, within: 30ms, observe: never}
  - shutdown: {of: client, how: wr}
  - wait_for: {facing: client, state: TIME_WAIT, within: 2s, marks: [0s, 1s], observe: time.wait}
  - tcp_state: {facing: server, observe: nobody}
)yaml"),
     .outcomes = {{"listen", "LISTEN"},
                  {"established", "ESTABLISHED"},
                  {"facing", "ESTABLISHED"},
                  {"fin.wait", "ok"},
                  {"never", "timeout"},
                  {"time.wait", "0s"},
                  {"nobody", "ENOTCONN"}}},
    {.name = "states of a reset connection",
     .steps = After(kConnected, R"yaml(
  - close: {of: conn, how: reset}
  - tcp_state: {facing: client, observe: gone}
  - tcp_state: {of: client, observe: own}
)yaml"),
     .outcomes = {{"gone", "CLOSED"}, {"own", "CLOSED"}}},
    {.name = "wait",
     .steps = R"yaml(
  - socket: {as: s, family: inet, type: stream}
  - wait: {for: 30ms, observe: wait}
  - bind: {of: s, to: "127.0.0.1:A", observe: bind}
)yaml",
     .outcomes = {{"wait", "ok"}, {"bind", "ok"}}},
    {.name = "repeat",
     .steps = R"yaml(
  - socket: {as: server, family: inet, type: dgram}
  - bind: {of: server, to: "127.0.0.1:A"}
  - repeat:
      times: 3
      observe: rounds
      steps:
        - socket: {as: s, family: inet, type: dgram}
        - connect: {of: s, to: "127.0.0.1:A", must: ok}
  - send: "s[2]"
  - recv: {of: server, observe: recv}
  - socket: {as: full, family: inet, type: dgram, options: {SO_SNDTIMEO: 1s}}
  - repeat:
      until: EADDRINUSE
      observe: until
      steps:
        - socket: {as: b, family: inet, type: dgram}
        - bind: {of: b, to: "127.0.0.1:B"}
  - bind: {of: full, to: "127.0.0.1:B", observe: taken}
  - repeat:
      times: 4
      until: error
      observe: any
      steps:
        - socket: {as: c, family: inet, type: dgram}
        - bind: {of: c, to: "127.0.0.1:C"}
  - repeat:
      times: 2
      until: error
      observe: none
      steps:
        - socket: {as: d, family: inet, type: dgram}
        - connect: {of: d, to: "127.0.0.1:A"}
)yaml",
     .outcomes = {{"rounds", "3"},
                  {"recv", "from:s[2]"},
                  {"until", "1"},
                  {"taken", "EADDRINUSE"},
                  {"any", "1"},
                  {"none", "2"}}},
};

class OperationTest : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
};

TEST_P(OperationTest, AnswersWhatTheKernelDoes) {
  const Program program = StepsOf(GetParam().steps);
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(program));
  for (const auto& [observation, outcome] : GetParam().outcomes) {
    EXPECT_EQ(ran[observation], outcome) << observation;
  }
}

// What stands in for sock_diag where a kernel has none.
TEST(ProcNetTcpKernelTest, LinuxShowsConnectionsThatNoSocketHolds) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  EXPECT_EQ(testing::InNamespace([]() -> std::string {
              return ProcNetTcpShowsOrphans() ? "shown" : "not shown";
            }),
            "shown");
}

INSTANTIATE_TEST_SUITE_P(Kernel, OperationTest, ::testing::ValuesIn(kCases),
                         [](const auto& param_info) {
                           std::string name = param_info.param.name;
                           for (char& c : name) {
                             if (c == ' ') c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace sockdrift
