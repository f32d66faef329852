// Behaviour files that are none, and hosts that give nothing.
#include <fstream>
#include <iterator>
#include <ostream>

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

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file),
          std::istreambuf_iterator<char>()};
}

struct Damage {
  std::string name;
  std::string (*apply)(std::string bytes);
  std::string says;
};
void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

class BadFileTest : public ::testing::TestWithParam<Damage> {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
  TemporaryFolder folder_;
};

TEST_P(BadFileTest, IsRefusedWithItsNameAndTheReason) {
  const std::string good = folder_ / "good";
  ASSERT_EQ(
      Sockdrift({"audit", "--plan", TestData("two-binds.yaml"), "--save", good})
          .exit_code,
      0);
  const std::string bad = folder_ / "bad";
  std::ofstream(bad, std::ios::binary) << GetParam().apply(Contents(good));
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{
           {"diff", good, bad},
           {"diff", bad, good},
           {"import", bad, "--controller", "unix:/none"}}) {
    const SubprocessEnd end = Sockdrift(words);
    EXPECT_EQ(end.exit_code, 2) << end.err;
    EXPECT_THAT(end.out, IsEmpty());
    EXPECT_THAT(end.err, AllOf(HasSubstr(bad), HasSubstr(GetParam().says)));
  }
}

constexpr size_t kVersionAt = 15;  // after "sockdrift-file/"

INSTANTIATE_TEST_SUITE_P(
    All, BadFileTest,
    ::testing::Values(
        Damage{"Corrupt",
               [](std::string bytes) {
                 bytes[bytes.size() / 2] ^= 1;
                 return bytes;
               },
               "corrupt"},
        Damage{"CutShort",
               [](std::string bytes) {
                 return bytes.substr(0, bytes.size() - 40);
               },
               "cut short"},
        Damage{"AnotherVersion",
               [](std::string bytes) {
                 bytes[kVersionAt] = 9;
                 return bytes;
               },
               "version 9"},
        Damage{"Empty", [](std::string) { return std::string(); }, "empty"},
        Damage{"SomethingElse",
               [](std::string) { return std::string("{\"json\": 1}\n"); },
               "no behaviour file"}),
    [](const ::testing::TestParamInfo<Damage>& each) {
      return each.param.name;
    });

TEST(MissingFileTest, IsToldForBothOperandsAtOnce) {
  const SubprocessEnd end = Sockdrift({"diff", "/no/a", "/no/b"});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, AllOf(HasSubstr("/no/a"), HasSubstr("/no/b")));
}

// As an ordinary user on a host that gives no user namespaces: a namespace in
// which no further ones may be made, and no capability.
class NoPrivilegeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SOCKDRIFT_REQUIRE_OR_SKIP("root");
    SOCKDRIFT_REQUIRE_OR_SKIP("userns");
  }

  SubprocessEnd Run(const std::string& arguments) const {
    return RunSubprocess(
        {"unshare", "--user", "--map-user=1000", "--keep-caps", "sh", "-c",
         "echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv "
         "--bounding-set=-all --ambient-caps=-all --inh-caps=-all " +
             kSockdrift + " " + arguments});
  }
  const std::string plan_ = TestData("two-binds.yaml");
};

TEST_F(NoPrivilegeTest, RefusesTheWorldAndSaysWhatWouldHelp) {
  const SubprocessEnd end = Run("audit --plan " + plan_);
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.out,
              AllOf(HasSubstr("4 SKIP"), HasSubstr("max_user_namespaces")));
  EXPECT_THAT(end.err, HasSubstr("sockdrift doctor"));
}

TEST_F(NoPrivilegeTest, StillAuditsTheNamespaceThatItIsIn) {
  const SubprocessEnd end = Run("audit --world own --plan " + plan_);
  EXPECT_EQ(end.exit_code, 0) << end.out << end.err;
}

TEST_F(NoPrivilegeTest, DoctorSaysWhichWorldsAreLeft) {
  const SubprocessEnd end = Run("doctor");
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.out, AllOf(HasSubstr("replica   not available"),
                             HasSubstr("own       available"),
                             HasSubstr("max_user_namespaces")));
}

}  // namespace
}  // namespace sockdrift::testing
