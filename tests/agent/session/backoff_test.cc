#include "agent/session/backoff.h"

#include <fstream>

#include "agent/session/identity.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::StatusIs;
using ::sockdrift::testing::TemporaryFolder;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

std::vector<int64_t> Waits(Backoff& backoff, const absl::Status& status,
                           int times) {
  std::vector<int64_t> waits;
  for (int i = 0; i < times; ++i) {
    waits.push_back(backoff.After(status, seconds(1)).count());
  }
  return waits;
}

TEST(BackoffTest, DoublesUpToItsMost) {
  Backoff backoff({}, [] { return 1.0; });
  EXPECT_THAT(Waits(backoff, absl::UnavailableError(""), 8),
              ElementsAre(500, 1000, 2000, 4000, 8000, 15000, 15000, 15000));
}

TEST(BackoffTest, JittersDownToHalf) {
  Backoff backoff({}, [] { return 0.0; });
  EXPECT_THAT(Waits(backoff, absl::UnavailableError(""), 3),
              ElementsAre(250, 500, 1000));
}

TEST(BackoffTest, AStreamThatLivedStartsItAnew) {
  Backoff backoff({}, [] { return 1.0; });
  Waits(backoff, absl::UnavailableError(""), 6);
  EXPECT_EQ(backoff.After(absl::OkStatus(), seconds(61)), milliseconds(500));
}

TEST(BackoffTest, RefusalsWaitLongAndDuplicatesShorter) {
  Backoff backoff({}, [] { return 1.0; });
  EXPECT_THAT(Waits(backoff, absl::PermissionDeniedError(""), 2), Each(60'000));
  EXPECT_THAT(Waits(backoff, absl::InvalidArgumentError(""), 2), Each(60'000));
  EXPECT_THAT(Waits(backoff, absl::AlreadyExistsError(""), 2), Each(15'000));
  EXPECT_THAT(Waits(backoff, absl::UnavailableError(""), 1), ElementsAre(500));
}

TEST(IdentityTest, TheDefaultHostIdDoesNotTellTheMachineId) {
  const TemporaryFolder root;
  std::filesystem::create_directory(root / "etc");
  const std::string machine = "0123456789abcdef0123456789abcdef";
  std::ofstream(root / "etc/machine-id") << machine << "\n";
  const std::string id = DefaultHostId(root.path());
  EXPECT_THAT(id, SizeIs(32));
  EXPECT_THAT(id, Not(HasSubstr(machine.substr(0, 8))));
  EXPECT_EQ(id, DefaultHostId(root.path()));
  EXPECT_OK(ValidateHostId(id));
}

TEST(IdentityTest, WithoutAMachineIdItIsTheHostName) {
  const TemporaryFolder root;
  EXPECT_OK(ValidateHostId(DefaultHostId(root.path())));
}

TEST(IdentityTest, RefusesOtherHostIds) {
  for (const char* id : {"", "a b", "a/b", "ä"}) {
    EXPECT_THAT(ValidateHostId(id), StatusIs(absl::StatusCode::kInvalidArgument,
                                             HasSubstr("host id")))
        << id;
  }
  EXPECT_FALSE(ValidateHostId(std::string(129, 'a')).ok());
  EXPECT_OK(ValidateHostId(std::string(128, 'a')));
}

TEST(IdentityTest, UuidsAreRandomOnesOfVersion4) {
  const std::string uuid = NewUuid();
  EXPECT_THAT(uuid, MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-"
                                 "[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_NE(uuid, NewUuid());
}

TEST(IdentityTest, ReadsLabels) {
  ASSERT_OK_AND_ASSIGN(const auto labels,
                       ParseLabels({"pool=canary", "k8s.io/zone=a", "x="}));
  EXPECT_THAT(labels, ElementsAre(Pair("k8s.io/zone", "a"),
                                  Pair("pool", "canary"), Pair("x", "")));
  for (const char* label : {"pool", "=x", "a b=c", "a=b c"}) {
    EXPECT_THAT(
        ParseLabels({label}),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("name=value")))
        << label;
  }
  EXPECT_THAT(ParseLabels({"a=1", "a=2"}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("twice")));
}

}  // namespace
}  // namespace sockdrift
