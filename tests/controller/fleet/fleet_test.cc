#include "controller/fleet/fleet.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::StatusIs;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

HostClaim Claim(absl::string_view host, absl::string_view uuid) {
  HostClaim claim;
  claim.host_id = std::string(host);
  claim.process_uuid = std::string(uuid);
  claim.agent_version = "0.1.0";
  return claim;
}

TEST(Fleet, TakesAHostItHasNotSeen) {
  Fleet fleet;
  const auto joined = fleet.Join(Claim("a", "u1"), 1, kNow);
  ASSERT_OK(joined);
  EXPECT_EQ(*joined, std::nullopt);
  EXPECT_TRUE(fleet.Find("a")->connected());
  EXPECT_EQ(fleet.Find("a")->row.first_seen, kNow);
}

TEST(Fleet, ReplacesTheStreamOfTheSameProcess) {
  Fleet fleet;
  ASSERT_OK(fleet.Join(Claim("a", "u1"), 1, kNow));
  const auto joined = fleet.Join(Claim("a", "u1"), 2, kNow);
  ASSERT_OK(joined);
  EXPECT_EQ(*joined, std::optional<SessionId>(1));
  EXPECT_FALSE(fleet.Find("a")->row.duplicate);
  // The end of the stream that was replaced changes nothing.
  EXPECT_FALSE(fleet.Leave("a", 1, kNow));
  EXPECT_TRUE(fleet.Find("a")->connected());
}

TEST(Fleet, RefusesAnotherProcessWhileTheFirstLivesAndFlagsTheHost) {
  Fleet fleet;
  ASSERT_OK(fleet.Join(Claim("a", "u1"), 1, kNow));
  EXPECT_THAT(fleet.Join(Claim("a", "u2"), 2, kNow),
              StatusIs(absl::StatusCode::kAlreadyExists,
                       HasSubstr("give one of them another --host-id")));
  EXPECT_TRUE(fleet.Find("a")->row.duplicate);
  EXPECT_EQ(fleet.Find("a")->session, std::optional<SessionId>(1));
  EXPECT_EQ(fleet.Find("a")->row.process_uuid, "u1");
}

TEST(Fleet, TakesANewProcessWhenTheOldOneHasGone) {
  Fleet fleet;
  ASSERT_OK(fleet.Join(Claim("a", "u1"), 1, kNow));
  ASSERT_FALSE(fleet.Join(Claim("a", "u2"), 2, kNow).ok());
  ASSERT_TRUE(fleet.Leave("a", 1, kNow + absl::Seconds(5)));
  EXPECT_EQ(fleet.Find("a")->row.last_seen, kNow + absl::Seconds(5));
  ASSERT_OK(fleet.Join(Claim("a", "u2"), 3, kNow + absl::Seconds(6)));
  EXPECT_FALSE(fleet.Find("a")->row.duplicate);
  EXPECT_EQ(fleet.Find("a")->row.first_seen, kNow);
}

TEST(Fleet, SelectsConnectedOrAllKnownHosts) {
  Fleet fleet;
  ASSERT_OK(fleet.Join(Claim("a", "u1"), 1, kNow));
  fleet.Add("b", kNow);
  EXPECT_EQ(fleet.Select(Selector(), false).size(), 2u);
  EXPECT_EQ(fleet.Select(Selector(), true).size(), 1u);
}

TEST(CheckHostId, AcceptsWhatTheProtocolAllows) {
  EXPECT_OK(CheckHostId("node-1.example_x:7"));
  for (const std::string& bad :
       {std::string(), std::string(129, 'a'), std::string("a b"),
        std::string("a/b"), std::string("ä")}) {
    EXPECT_THAT(CheckHostId(bad), StatusIs(absl::StatusCode::kInvalidArgument,
                                           HasSubstr("a host id is")));
  }
}

}  // namespace
}  // namespace sockdrift
