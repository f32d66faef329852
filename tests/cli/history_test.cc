// A host's past, asked of a real controller. What it showed comes from imported
// files, whose time is the test's to choose.
#include <string>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/test_fleet.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "wire/behaviour_file.h"
#include "wire/digests.h"

namespace sockdrift::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

class HistoryTest : public ::testing::Test {
 protected:
  // web-7 refused cell 0 until four hours ago; bindv6only changed with it.
  void SetUp() override {
    Record refused = Uniform(program_);
    SetOutcome(refused, 0, 0, "EACCES");
    Import(absl::Hours(6), refused, "1");
    Import(absl::Hours(4), Uniform(program_), "0");
  }

  void Import(absl::Duration ago, const Record& record,
              const std::string& bindv6only) {
    const Digest measurement = MeasurementDigest(program_);
    BehaviourFile file;
    file.programs.push_back(program_);
    HostBehaviour host = {
        "web-7", {{"net.ipv6.bindv6only", bindv6only}}, absl::Now() - ago, {}};
    host.entries.push_back(
        {"bind.pair", World::kReplica, measurement, record, {}});
    file.hosts.push_back(std::move(host));
    ASSERT_OK(WriteBehaviourFile(file, folder_ / "host.sockdrift"));
    const SubprocessEnd end =
        fleet_.Ask({"import", folder_ / "host.sockdrift"});
    ASSERT_EQ(end.exit_code, 0) << end.err;
  }

  TemporaryFolder folder_;
  TestFleet fleet_;
  const Program program_ = BindPair();
};

TEST_F(HistoryTest, TellsWhatChangedAndWhichFactsWithIt) {
  const SubprocessEnd end = fleet_.Ask({"history", "web-7"});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("web-7: 1 change in 1 plan and world"),
                             HasSubstr("net.ipv6.bindv6only: 1 → 0"),
                             HasSubstr("bind.pair: 1 of 64 cells changed"),
                             HasSubstr("EACCES → ok")));
  const json told =
      json::parse(fleet_.Ask({"history", "web-7", "--output", "json"}).out);
  EXPECT_EQ(told["schema"], "sockdrift.history/1");
  EXPECT_EQ(told["plans"][0]["since"], told["changes"][0]["before"]);
  EXPECT_LT(told["plans"][0]["first_seen"], told["plans"][0]["since"]);
  EXPECT_EQ(told["changes"][0]["plans"][0]["differing_cells"], 1);
}

TEST_F(HistoryTest, AHostIsComparedWithItselfAtAnotherTime) {
  const SubprocessEnd end = fleet_.Ask({"diff", "host:web-7@5h", "host:web-7"});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("1 of 64 cells compared differs"),
                             HasSubstr("EACCES → ok")));
  EXPECT_EQ(fleet_.Ask({"diff", "host:web-7@1h", "host:web-7"}).exit_code, 0);
}

TEST_F(HistoryTest, SaysWhatCannotBeTold) {
  const SubprocessEnd early =
      fleet_.Ask({"diff", "host:web-7@7d", "host:web-7"});
  EXPECT_EQ(early.exit_code, 3);
  EXPECT_THAT(early.err, HasSubstr("'sockdrift history web-7'"));
  const SubprocessEnd when =
      fleet_.Ask({"diff", "host:web-7@yesterday", "host:web-7"});
  EXPECT_EQ(when.exit_code, 2);
  EXPECT_THAT(when.err, AllOf(HasSubstr("host:web-7@yesterday"),
                              HasSubstr("2026-11-20T12:00:05Z")));
  const SubprocessEnd unknown = fleet_.Ask({"history", "web-8"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("there is no host web-8"));
}

}  // namespace
}  // namespace sockdrift::testing
