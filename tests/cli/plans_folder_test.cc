// Plans of the user's own beside the built-in ones.
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/sockdrift_program.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift::testing {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

// A file of this name in a folder of its own.
class OwnPlans {
 public:
  OwnPlans(absl::string_view file, absl::string_view yaml) {
    const std::string path = absl::StrCat(folder_.path(), "/", file);
    std::filesystem::create_directories(
        std::filesystem::path(path).parent_path());
    std::ofstream(path) << yaml;
  }
  std::string path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

constexpr absl::string_view kTakenName = R"(plan: bind.conflict
title: Another one
steps:
  - socket: {as: s, family: inet, type: stream, observe: s}
  - close: s
)";

TEST(PlansFolderTest, StandsBesideTheCatalogue) {
  const SubprocessEnd end =
      Sockdrift({"plans", "list", "--plans", TestData("")});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("test.two-binds"),
                             HasSubstr(TestData("two-binds.yaml")),
                             ContainsRegex("bind.conflict .* built in")));
}

TEST(PlansFolderTest, GivesPlansToShowByName) {
  const SubprocessEnd end =
      Sockdrift({"plans", "show", "test.two-binds", "--plans", TestData("")});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, HasSubstr("test.two-binds"));
}

TEST(PlansFolderTest, ThatIsNotThereIsAnError) {
  for (const char* command : {"list", "lint"}) {
    const SubprocessEnd end =
        Sockdrift({"plans", command, "--plans", "/nowhere"});
    EXPECT_EQ(end.exit_code, 2);
    EXPECT_THAT(end.err, HasSubstr("/nowhere"));
  }
}

TEST(PlansFolderTest, WithANameThatIsTakenIsAnErrorThatNamesBothFiles) {
  const OwnPlans own("deep/own.yaml", kTakenName);
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"plans", "list"},
        {"plans", "lint"},
        {"plans", "show", "bind.conflict"},
        {"audit"}}) {
    std::vector<std::string> with_folder = arguments;
    with_folder.insert(with_folder.end(), {"--plans", own.path()});
    const SubprocessEnd end = Sockdrift(with_folder);
    EXPECT_EQ(end.exit_code, 2);
    EXPECT_THAT(end.err, AllOf(HasSubstr("bind.conflict stands twice"),
                               HasSubstr("plans/bind/conflict.yaml"),
                               HasSubstr("deep/own.yaml")));
  }
}

// What a mounted Kubernetes ConfigMap looks like: the files are links into a
// hidden folder.
TEST(PlansFolderTest, LeavesHiddenFilesOut) {
  const OwnPlans own("..2026_11_21/own.yaml", kTakenName);
  std::ofstream(absl::StrCat(own.path(), "/own.yaml"))
      << absl::StrReplaceAll(kTakenName, {{"bind.conflict", "own.plan"}});
  const SubprocessEnd end = Sockdrift({"plans", "lint", "--plans", own.path()});
  EXPECT_EQ(end.exit_code, 0) << end.out << end.err;
  EXPECT_THAT(end.out, HasSubstr("own.plan, 1 cell"));
}

TEST(PlansLintTest, NeedsAFileOrAFolder) {
  const SubprocessEnd end = Sockdrift({"plans", "lint"});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("--plans DIR"));
}

constexpr absl::string_view kClaims = R"(plan: own.claims
title: Claims of one's own
steps:
  - socket: {as: s, family: inet, type: stream, observe: s}
  - close: s
expect:
  - {id: a, says: It is made., source: socket(2), claim: S-7, outcome: {s: ok}}
  - {id: b, says: It is made., source: socket(2), claim: not S-7, outcome: {s: ok}}
  - {id: c, says: It is made., source: socket(2), claim: OWN-1, outcome: {s: ok}}
)";

TEST(OwnClaimsTest, MayBeAnyWithoutAFileOfThem) {
  const OwnPlans own("own.yaml", kClaims);
  const SubprocessEnd end = Sockdrift({"plans", "lint", "--plans", own.path()});
  EXPECT_EQ(end.exit_code, 0) << end.out << end.err;
}

TEST(OwnClaimsTest, MustStandInTheFileWhereThereIsOne) {
  const OwnPlans own("deep/own.yaml", kClaims);
  std::ofstream(absl::StrCat(own.path(), "/claims.yaml"))
      << "claims:\n  OWN-2: {short: x, says: Something of our own.}\n";
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--plans", own.path()},
        {own.path() + "/deep/own.yaml"}}) {
    std::vector<std::string> lint = {"plans", "lint"};
    lint.insert(lint.end(), arguments.begin(), arguments.end());
    const SubprocessEnd end = Sockdrift(lint);
    EXPECT_EQ(end.exit_code, 2);
    EXPECT_THAT(end.out, AllOf(HasSubstr("own.yaml:9:"),
                               HasSubstr("there is no claim OWN-1"),
                               HasSubstr("OWN-2")));
  }
}

}  // namespace
}  // namespace sockdrift::testing
