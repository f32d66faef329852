#include <ostream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/sockdrift_program.h"
#include "tests/support/require.h"

namespace sockdrift::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

struct Mistake {
  std::string name;
  std::vector<std::string> arguments;
  std::string says;
};
void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.name;
}

class UsageTest : public ::testing::TestWithParam<Mistake> {};

// Whatever is wrong with the command line itself is exit code 2, told on
// standard error, with the way to the help.
TEST_P(UsageTest, IsRefusedWithAWayOut) {
  const SubprocessEnd end = Sockdrift(GetParam().arguments);
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.out, IsEmpty());
  EXPECT_THAT(end.err, StartsWith("sockdrift: error: "));
  EXPECT_THAT(end.err, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    All, UsageTest,
    ::testing::Values(
        Mistake{"NoCommand", {}, "'sockdrift --help' shows what there is"},
        Mistake{"UnknownCommand",
                {"audti"},
                "there is no command 'audti'; did you mean 'audit'?"},
        Mistake{"NoPlansCommand", {"plans"}, "sockdrift plans --help"},
        Mistake{"UnknownFlag", {"audit", "--lnog"}, "--lnog"},
        Mistake{"UnknownWorld",
                {"audit", "--world", "replicia"},
                "did you mean 'replica'?"},
        Mistake{"UnknownOutput",
                {"plans", "list", "--output", "xml"},
                "'xml' is none of table, json"},
        Mistake{"UnknownColor", {"version", "--color", "red"}, "auto, always"},
        Mistake{"NoJobs", {"audit", "--jobs", "0"}, "--jobs"},
        Mistake{"JobsNoNumber", {"audit", "--jobs", "many"}, "--jobs"},
        Mistake{"OneOperand", {"diff", "a"}, "diff compares two operands"},
        Mistake{"NoSuchNetns",
                {"audit", "--netns", "/nope"},
                "--netns /nope: there is no such file"},
        Mistake{"NetnsThatIsNone",
                {"audit", "--netns", "/dev/null"},
                "/dev/null is no network namespace"},
        Mistake{"PlanWithoutItsOption",
                {"audit", "bind.conflict"},
                "'audit' takes no 'bind.conflict'; did you mean '--plan "
                "bind.conflict'?"},
        Mistake{"UnknownOption",
                {"plans", "list", "--ouput", "json"},
                "'list' has no option '--ouput'; did you mean '--output'?"},
        Mistake{"UnknownSubcommand",
                {"plans", "lst"},
                "there is no command 'lst'; did you mean 'list'?"},
        Mistake{"UnknownClaim",
                {"audit", "--claim", "A11"},
                "there is no claim 'A11'; did you mean 'A1'?"},
        Mistake{"UnknownExpectation",
                {"plans", "test", "bind.conflict", "--expectation",
                 "same-address-is-refusd"},
                "did you mean 'same-address-is-refused'?"},
        Mistake{"UnknownPlanToTest",
                {"plans", "test", "bind.conflit"},
                "did you mean 'bind.conflict'?"},
        Mistake{"NoBaselineCommand", {"baseline"}, "sockdrift baseline --help"},
        Mistake{"BaselineOfTwoThings",
                {"baseline", "set", "prod", "file", "--run", "r1",
                 "--controller", "unix:/none"},
                "files, --run, --host or a selector"},
        Mistake{"NoBaselinesName",
                {"baseline", "set", "a/b", "--controller", "unix:/none"},
                "\"a/b\" is no baseline's name"},
        Mistake{"NothingToLint", {"plans", "lint"}, "FILE"},
        Mistake{"NoController",
                {"hosts"},
                "give --controller unix:PATH or HOST:PORT"},
        Mistake{"ControllerWithoutPort",
                {"hosts", "--controller", "box"},
                "host:port"},
        Mistake{"PlaintextToAnotherHost",
                {"hosts", "--controller", "192.0.2.1:7"},
                "--insecure-plaintext"},
        Mistake{"DeadlineOfZero",
                {"run", "--controller", "unix:/none", "--deadline", "0s"},
                "--deadline 0s: a time above zero"},
        Mistake{"DeadlineNoTime",
                {"run", "--controller", "unix:/none", "--deadline", "soon"},
                "such as 90s"},
        Mistake{"OverrideWithoutValue",
                {"run", "--controller", "unix:/none", "--set", "net.x"},
                "SYSCTL=VALUE"}),
    [](const ::testing::TestParamInfo<Mistake>& each) {
      return each.param.name;
    });

TEST(HelpTest, TellsEveryExitCodeOnStandardOutput) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{
           {"--help"}, {"audit", "--help"}, {"run", "--help"}}) {
    const SubprocessEnd end = Sockdrift(arguments);
    EXPECT_EQ(end.exit_code, 0);
    EXPECT_THAT(
        end.out,
        AllOf(HasSubstr("0  fine"), HasSubstr("1  findings"),
              HasSubstr("2  wrong usage"), HasSubstr("3  could not tell"),
              HasSubstr("4  the controller"), HasSubstr("5  a fault")));
    EXPECT_THAT(end.err, IsEmpty());
  }
}

TEST(VersionTest, IsTheSameThreeWays) {
  const std::string flag = Sockdrift({"--version"}).out;
  EXPECT_THAT(flag, StartsWith("sockdrift "));
  EXPECT_EQ(Sockdrift({"version"}).out, flag);
  EXPECT_THAT(Sockdrift({"version", "--output", "json"}).out,
              HasSubstr("\"version\": \"" + flag.substr(10, 5)));
}

TEST(ColorTest, IsOnOnTerminalsOnlyUnlessAskedFor) {
  SOCKDRIFT_REQUIRE_OR_SKIP("terminal");
  const std::vector<std::string> list = {"plans", "list"};
  EXPECT_THAT(Sockdrift(list).out, Not(HasSubstr("\033[")));
  EXPECT_THAT(Sockdrift(list, {.terminal_columns = 120}).out,
              HasSubstr("\033["));
  EXPECT_THAT(Sockdrift(list, {.environment = {{"NO_COLOR", "1"}},
                               .terminal_columns = 120})
                  .out,
              Not(HasSubstr("\033[")));
  EXPECT_THAT(Sockdrift({"plans", "list", "--color", "always"}).out,
              HasSubstr("\033["));
}

TEST(StandardOutputTest, ThatCannotBeWrittenIsAFaultAndNoSuccess) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{
           {"plans", "list"}, {"--help"}, {"audit", "--help"}, {"--version"}}) {
    const SubprocessEnd end =
        Sockdrift(arguments, {.output_file = "/dev/full"});
    EXPECT_EQ(end.exit_code, 5) << arguments[0];
    EXPECT_THAT(end.err, HasSubstr("No space left on device"));
  }
}

TEST(DeadControllerTest, IsExitCodeFourAndNamesTheAddress) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{
           {"hosts"},
           {"run"},
           {"explain"},
           {"export", "/tmp/never-written"},
           {"baseline", "list"},
           {"baseline", "set", "prod"},
           {"baseline", "export", "prod", "/tmp/never-written"}}) {
    std::vector<std::string> words = arguments;
    words.insert(words.end(), {"--controller", "unix:/nowhere/controller"});
    const SubprocessEnd end = Sockdrift(words);
    EXPECT_EQ(end.exit_code, 4) << arguments[0];
    EXPECT_THAT(end.err,
                AllOf(HasSubstr("unix:/nowhere/controller cannot be reached"),
                      HasSubstr("is it running")));
    EXPECT_THAT(end.out, IsEmpty());
  }
}

}  // namespace
}  // namespace sockdrift::testing
