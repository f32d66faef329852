#include <algorithm>
#include <fstream>
#include <ostream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/sockdrift_program.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A sound plan, one line of which the cases below replace.
struct Lines {
  std::string axes = "  addr: [\"127.0.0.1\", \"::1\"]";
  std::string socket =
      "  - socket: {as: s, family: $addr.family, type: stream}";
  std::string bind = "  - bind: {of: s, to: \"$addr:A\", observe: bind}";
  std::string more = "repeats: 2";

  std::string Plan() const {
    return "plan: test.bad\ntitle: A plan with one mistake\nsources: [x]\n" +
           more + "\naxes:\n" + axes + "\nsteps:\n" + socket + "\n" + bind +
           "\n";
  }
};

struct Mistake {
  std::string name;
  Lines lines;
  int line;            // where it is told to be
  std::string naming;  // what the message names
};
void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.name;
}

Mistake InAxes(std::string name, std::string axes, int line,
               std::string naming) {
  Mistake mistake{std::move(name), {}, line, std::move(naming)};
  mistake.lines.axes = std::move(axes);
  return mistake;
}
Mistake InSocket(std::string name, std::string socket, std::string naming) {
  Mistake mistake{std::move(name), {}, 8, std::move(naming)};
  mistake.lines.socket = std::move(socket);
  return mistake;
}
Mistake InBind(std::string name, std::string bind, std::string naming) {
  Mistake mistake{std::move(name), {}, 9, std::move(naming)};
  mistake.lines.bind = std::move(bind);
  return mistake;
}
Mistake InHead(std::string name, std::string more, std::string naming) {
  Mistake mistake{std::move(name), {}, 4, std::move(naming)};
  mistake.lines.more = std::move(more);
  return mistake;
}

class BadPlanTest : public ::testing::TestWithParam<Mistake> {
 protected:
  std::string Write() {
    const std::string path = folder_.path() + "/bad.yaml";
    std::ofstream(path) << GetParam().lines.Plan();
    return path;
  }
  TemporaryFolder folder_;
};

TEST_P(BadPlanTest, IsToldWithItsPlaceByLint) {
  const std::string path = Write();
  const SubprocessEnd end = Sockdrift({"plans", "lint", path});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.out,
              AllOf(HasSubstr(path + ":" + std::to_string(GetParam().line)),
                    HasSubstr(GetParam().naming)));
  EXPECT_THAT(end.err, HasSubstr("1 file"));
}

TEST_P(BadPlanTest, IsNotRunAndLeavesNoFile) {
  const std::string saved = folder_.path() + "/saved";
  const SubprocessEnd end =
      Sockdrift({"audit", "--plan", Write(), "--save", saved});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.out, IsEmpty());
  EXPECT_THAT(end.err, HasSubstr(GetParam().naming));
  EXPECT_FALSE(std::ifstream(saved).good());
}

INSTANTIATE_TEST_SUITE_P(
    All, BadPlanTest,
    ::testing::Values(
        InHead("WrongKey", "repaets: 2", "repaets"),
        InHead("WrongType", "repeats: twice", "twice"),
        InAxes("UnusedAxis", "  addr: [\"::1\"]\n  colour: [red]", 7, "colour"),
        InAxes("EmptyMatrix", "  addr: [\"::1\"]\nexcept:\n  - {addr: \"::1\"}",
               8, "cell"),
        InSocket("WrongWord",
                 "  - socket: {as: s, family: $addr.family, type: steam}",
                 "steam"),
        InSocket("UnknownOperation", "  - sokcet: {as: s}", "sokcet"),
        InBind("UnknownAxis",
               "  - bind: {of: s, to: \"$adr:A\", observe: bind}", "adr"),
        InBind("UnknownSocket",
               "  - bind: {of: t, to: \"$addr:A\", observe: bind}", "t"),
        InBind("WrongAddress",
               "  - bind: {of: s, to: \"127.0.0.256:A\", observe: bind}",
               "127.0.0.256"),
        InBind("WrongPort",
               "  - bind: {of: s, to: \"$addr:70000\", observe: bind}",
               "70000")),
    [](const ::testing::TestParamInfo<Mistake>& each) {
      return each.param.name;
    });

TEST(BadPlanTest, TooManyCellsAreCountedAndNotMade) {
  const SubprocessEnd end =
      Sockdrift({"plans", "lint",
                 std::string(SOCKDRIFT_SOURCE_DIR) +
                     "/tests/testdata/plans/billion.yaml"});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.out, HasSubstr("1000000000"));
}

TEST(BadPlanTest, EveryMistakeOfAFileIsToldAtOnce) {
  const std::string path =
      std::string(SOCKDRIFT_SOURCE_DIR) + "/tests/testdata/plans/mistakes.yaml";
  const SubprocessEnd end = Sockdrift({"plans", "lint", path});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_GT(std::count(end.out.begin(), end.out.end(), '\n'), 5);
}

TEST(BadPlanTest, FilesThatCannotBeReadAreNamed) {
  const SubprocessEnd missing = Sockdrift({"plans", "lint", "/no/such.yaml"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.err,
              AllOf(HasSubstr("/no/such.yaml"), HasSubstr("No such file")));
  const SubprocessEnd folder = Sockdrift({"plans", "lint", "/tmp/"});
  EXPECT_EQ(folder.exit_code, 2);
  EXPECT_THAT(folder.err, HasSubstr("is a folder"));
}

TEST(PlanNameTest, ThatIsUnknownSuggestsTheNearest) {
  for (const std::string command : {"audit", "show"}) {
    const SubprocessEnd end =
        command == "audit" ? Sockdrift({"audit", "--plan", "bind.conflit"})
                           : Sockdrift({"plans", "show", "bind.conflit"});
    EXPECT_EQ(end.exit_code, 2);
    EXPECT_THAT(end.err, HasSubstr("did you mean 'bind.conflict'?"));
    EXPECT_THAT(end.out, IsEmpty());
  }
}

TEST(PlanNameTest, OfALongPlanNeedsTheFlag) {
  const SubprocessEnd end =
      Sockdrift({"audit", "--plan", "reuse.time-wait-length"});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("add --long"));
}

TEST(CellNameTest, ThatIsWrongListsTheAxes) {
  const SubprocessEnd end =
      Sockdrift({"plans", "show", TestData("two-binds.yaml"), "--cell",
                 "[type=raw,reuse=1]"});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, AllOf(HasSubstr("raw"), HasSubstr("stream, dgram")));
}

}  // namespace
}  // namespace sockdrift::testing
