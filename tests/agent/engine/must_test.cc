// Which steps are not reached, and when a `must` is judged.
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

class MustTest : public ::testing::Test {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
};

TEST_F(MustTest, IsNotJudgedBehindAFailureThatWasObserved) {
  const Program program = StepsOf(R"(
  - socket: {as: s, family: inet, type: stream}
  - bind: {of: s, to: "198.51.100.1:A", observe: bind}
  - listen: s
  - tcp_state: {of: s, must: LISTEN}
)");
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(program));
  EXPECT_EQ(ran.record.status[0], CellStatus::kDone) << ran.record.Reason(0);
  EXPECT_EQ(ran["bind"], "EADDRNOTAVAIL");
}

TEST_F(MustTest, IsBrokenBehindAFailureThatNobodySaw) {
  const Program program = StepsOf(R"(
  - socket: {as: s, family: inet, type: stream, observe: made}
  - bind: {of: s, to: "198.51.100.1:A"}
  - listen: s
  - tcp_state: {of: s, must: LISTEN}
)");
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(program));
  EXPECT_EQ(ran.record.status[0], CellStatus::kError);
}

TEST_F(MustTest, IsBrokenByAnotherAnswerWhateverFailedBefore) {
  const Program program = StepsOf(R"(
  - socket: {as: s, family: inet, type: stream}
  - bind: {of: s, to: "198.51.100.1:A", observe: bind}
  - socket: {as: t, family: inet, type: stream}
  - bind: {of: t, to: "198.51.100.1:A", must: ok}
)");
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(program));
  EXPECT_EQ(ran.record.status[0], CellStatus::kError);
}

TEST_F(MustTest, ThePortOfAFailedSocketIsNotReachedNorWhatHangsOnIt) {
  // Not R"(: the port ends it.
  const Program program = StepsOf(R"steps(
  - socket: {as: s, family: inet, type: stream}
  - bind: {of: s, to: "198.51.100.1:A", observe: bind}
  - socket: {as: c, family: inet, type: stream}
  - connect: {of: c, to: "127.0.0.1:port(s)", observe: connect}
  - getsockname: {of: c, observe: name}
)steps");
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(program));
  EXPECT_EQ(ran.record.status[0], CellStatus::kDone) << ran.record.Reason(0);
  EXPECT_EQ(ran["connect"], "not-reached");
  EXPECT_EQ(ran["name"], "not-reached");
}

}  // namespace
}  // namespace sockdrift
