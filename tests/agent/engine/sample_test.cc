// Samples: what several rounds observe becomes a class.
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

class SampleTest : public ::testing::Test {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
};

TEST_F(SampleTest, AGroupSharesEvenlyAndOneReceiverIsAlways) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - socket: {as: a, family: inet, type: dgram, options: {SO_REUSEPORT: 1}}
  - bind: {of: a, to: "127.0.0.1:A", must: ok}
  - socket: {as: b, family: inet, type: dgram, options: {SO_REUSEPORT: 1}}
  - bind: {of: b, to: "127.0.0.1:A", must: ok}
  - sample:
      times: 64
      steps:
        - socket: {as: c, family: inet, type: dgram, observe: socket}
        - send: {of: c, to: "127.0.0.1:A"}
        - recv: {of: [a, b], observe: receiver}
        - getsockname: {of: c, show: port, observe: port}
)yaml")));
  EXPECT_EQ(ran["receiver"], "even:{{a},{b}}");
  EXPECT_EQ(ran["socket"], "all:ok");
  EXPECT_EQ(ran["port"], "all:0*");
}

// Each round binds the same port anew, and closes what it made.
TEST_F(SampleTest, ARoundLeavesNothingBehind) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - socket: {as: kept, family: inet, type: dgram}
  - sample:
      times: 1500
      steps:
        - socket: {as: s, family: inet, type: dgram}
        - bind: {of: s, to: "127.0.0.1:A", observe: bind}
        - repeat:
            times: 2
            steps:
              - socket: {as: t, family: inet, type: dgram}
              - bind: {of: t, to: "127.0.0.1:A", observe: again}
  - bind: {of: kept, to: "127.0.0.1:A", observe: after}
)yaml")));
  EXPECT_EQ(ran["bind"], "all:ok");
  EXPECT_EQ(ran["again"], "all:EADDRINUSE");
  EXPECT_EQ(ran["after"], "ok");
}

// The failure of an option is the outcome of its socket.
TEST_F(SampleTest, CountsAnOptionsFailureInsteadOfItsSocket) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - sample:
      times: 3
      steps:
        - socket: {as: s, family: inet, type: dgram, options: {IPV6_V6ONLY: 1}, observe: s}
        - bind: {of: s, to: "127.0.0.1:A", observe: bind}
)yaml")));
  EXPECT_EQ(ran["s"], "all:ENOPROTOOPT");
  EXPECT_EQ(ran["bind"], "all:not-reached");
}

// Names of all that a repeat made, and rounds over a list.
TEST_F(SampleTest, AGroupIsMadeAndAskedInAFewLines) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - repeat:
      times: 3
      steps:
        - socket: {as: s, family: inet, type: dgram, options: {SO_REUSEPORT: 1}}
        - bind: {of: s, to: "127.0.0.1:A", must: ok}
  - repeat:
      over: [first, second]
      as: which
      steps:
        - socket: {as: c, family: inet, type: dgram}
        - connect: {of: c, to: "127.0.0.1:A"}
        - send: {of: c, data: $which}
        - getsockname: {of: c, show: addr, observe: "addr.$which"}
  - recv: "s[*]"
  - sample:
      times: 112
      steps:
        - socket: {as: t, family: inet, type: dgram}
        - send: {of: t, to: "127.0.0.1:A"}
        - recv: {of: "s[*]", observe: receiver}
  - close: "s[{1..3}]"
  - send: {of: "c[2]", observe: last}
)yaml")));
  EXPECT_EQ(ran["addr.second"], "127.0.0.1");
  EXPECT_EQ(ran["receiver"], "even:{{s[1]},{s[2]},{s[3]}}");
  EXPECT_EQ(ran["last"], "ok");
}

}  // namespace
}  // namespace sockdrift
