#include "tests/support/subprocess.h"

#include <csignal>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/require.h"

namespace sockdrift::testing {
namespace {

using ::testing::HasSubstr;

TEST(SubprocessTest, KeepsBothStreamsApartAndTellsTheExitCode) {
  const SubprocessEnd end =
      RunSubprocess({"sh", "-c", "echo data; echo trouble >&2; exit 7"});
  EXPECT_EQ(end.exit_code, 7);
  EXPECT_EQ(end.out, "data\n");
  EXPECT_EQ(end.err, "trouble\n");
  EXPECT_FALSE(end.timed_out);
}

TEST(SubprocessTest, KillsWhatOverstaysTheLimit) {
  Subprocess child({"sleep", "1000"});
  const SubprocessEnd end = child.Wait(absl::Milliseconds(50));
  EXPECT_TRUE(end.timed_out);
  EXPECT_EQ(end.signal, SIGKILL);
}

TEST(SubprocessTest, GivesATerminalOfTheWishedWidth) {
  SOCKDRIFT_REQUIRE_OR_SKIP("terminal");
  const SubprocessEnd end =
      RunSubprocess({"sh", "-c", "stty size < /dev/stdout; test -t 2"},
                    {.terminal_columns = 93});
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_THAT(end.out, HasSubstr("50 93"));
}

TEST(SubprocessTest, ChangesTheEnvironment) {
  const SubprocessEnd end =
      RunSubprocess({"sh", "-c", "echo ${COLOUR-none} ${HOME-none}"},
                    {.environment = {{"COLOUR", "red"}, {"HOME", ""}}});
  EXPECT_EQ(end.out, "red none\n");
}

}  // namespace
}  // namespace sockdrift::testing
