// `sockdrift reproduce` as a user calls it.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/sockdrift_program.h"
#include "tests/support/require.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// A cell as every table prints it.
constexpr char kCell[] =
    "bind.conflict[kind=listening,a.addr=127.0.0.1,a.reuseaddr=1,"
    "a.reuseport=unset,a.v6only=unset,b.addr=0.0.0.0,b.reuseaddr=1,"
    "b.reuseport=unset,b.v6only=unset]";

TEST(ReproduceTest, WritesACellInEachLanguage) {
  const std::pair<const char*, const char*> starts[] = {
      {"c", "// bind.conflict["},
      {"python", "#!/usr/bin/env python3\n# bind.conflict["},
      {"strace", "# bind.conflict["}};
  for (const auto& [language, start] : starts) {
    const SubprocessEnd end = Sockdrift({"reproduce", kCell, "--as", language});
    EXPECT_EQ(end.exit_code, 0) << end.err;
    EXPECT_THAT(end.out, StartsWith(start));
    EXPECT_THAT(end.err, IsEmpty());
  }
}

TEST(ReproduceTest, TakesAFileOrAFoldersPlan) {
  const std::string cell = "[type=stream,reuse=1]";
  const SubprocessEnd file =
      Sockdrift({"reproduce", TestData("two-binds.yaml"), "--cell", cell});
  const SubprocessEnd folder = Sockdrift(
      {"reproduce", "test.two-binds" + cell, "--plans", TestData("")});
  EXPECT_EQ(file.exit_code, 0) << file.err;
  EXPECT_EQ(folder.exit_code, 0) << folder.err;
  EXPECT_THAT(file.out, HasSubstr("test.two-binds"));
  EXPECT_EQ(file.out, folder.out);
}

TEST(ReproduceTest, SaysWhatIsWrongAndWhatWouldBeRight) {
  const struct {
    std::vector<std::string> arguments;
    std::vector<std::string> says;
  } cases[] = {
      {{"bind.conflit[a=b]"}, {"did you mean 'bind.conflict'?"}},
      {{"bind.conflict"}, {"which of the", "bind.conflict[kind="}},
      {{"bind.conflict[kind=nosuch]"}, {"kind", "plans show bind.conflict"}},
      {{kCell, "--cell", "[kind=bound]"}, {"named twice"}},
      {{kCell, "--as", "pyton"}, {"did you mean 'python'?"}},
      {{kCell, "--from", "/nowhere.sockdrift"}, {"/nowhere.sockdrift"}},
      {{kCell, "--world", "own"}, {"--from"}},
  };
  for (const auto& one : cases) {
    std::vector<std::string> arguments = {"reproduce"};
    arguments.insert(arguments.end(), one.arguments.begin(),
                     one.arguments.end());
    const SubprocessEnd end = Sockdrift(arguments);
    EXPECT_EQ(end.exit_code, 2) << one.arguments[0];
    EXPECT_THAT(end.out, IsEmpty());
    for (const std::string& text : one.says) {
      EXPECT_THAT(end.err, HasSubstr(text));
    }
  }
}

TEST(ReproduceTest, PutsWhatAFileRecordedBesideTheCalls) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  const TemporaryFolder folder;
  const std::string file = folder / "here.sockdrift";
  const SubprocessEnd audit =
      Sockdrift({"audit", "--plan", "bind.conflict", "--save", file});
  ASSERT_EQ(audit.exit_code, 0) << audit.err;
  const SubprocessEnd strace =
      Sockdrift({"reproduce", kCell, "--as", "strace", "--from", file});
  EXPECT_EQ(strace.exit_code, 0) << strace.err;
  EXPECT_THAT(strace.out,
              AllOf(HasSubstr(", 16) = 0   /* bind.a: ok */"),
                    HasSubstr("= -1 EADDRINUSE (Address already in use)   "
                              "/* bind.b: EADDRINUSE */")));
  const SubprocessEnd other =
      Sockdrift({"reproduce", "bind.exclusive[a=b]", "--from", file});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("has no record of bind.exclusive"));
}

}  // namespace
}  // namespace sockdrift::testing
