#include "report/profiles.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/report/small_report.h"

namespace sockdrift {
namespace {

using testing::BindProgram;
using ::testing::ElementsAre;
using testing::RecordOf;
using ::testing::SizeIs;
using testing::SmallReport;

std::vector<Profile> ProfilesOf(const SmallReport& report) {
  std::vector<PlanSheet> sheets;
  for (const ReportedPlan& plan : report.input.plans) {
    sheets.push_back(GroupRecords(plan));
  }
  return FindProfiles(report.input.hosts.size(), sheets);
}

// Hosts by their one outcome in each of the plans p0, p1 …; "" did not run it.
SmallReport HostsWith(const std::vector<std::vector<std::string>>& outcomes) {
  SmallReport report;
  const Program program = BindProgram({"0.0.0.0"});
  for (const std::vector<std::string>& of_host : outcomes) {
    const size_t host = report.AddHost("h", {});
    for (size_t plan = 0; plan < of_host.size(); ++plan) {
      if (of_host[plan].empty()) continue;
      report.AddRecord("p" + std::to_string(plan), host, program,
                       RecordOf({of_host[plan]}));
    }
  }
  return report;
}

TEST(FindProfilesTest, HostsThatAreAlikeInAllPlansAreOne) {
  const auto profiles =
      ProfilesOf(HostsWith({{"ok", "EACCES"}, {"ok", "ok"}, {"ok", "ok"}}));
  ASSERT_THAT(profiles, SizeIs(2));
  EXPECT_EQ(profiles[0].letter, "A");
  EXPECT_THAT(profiles[0].hosts, ElementsAre(1, 2));
  EXPECT_THAT(profiles[1].hosts, ElementsAre(0));
}

TEST(FindProfilesTest, OfTwoHostsTheFirstIsA) {
  const auto profiles = ProfilesOf(HostsWith({{"ok"}, {"EACCES"}}));
  ASSERT_THAT(profiles, SizeIs(2));
  EXPECT_THAT(profiles[0].hosts, ElementsAre(0));
}

TEST(FindProfilesTest, AHostThatRanFewerPlansGoesWithThoseItAgreesWith) {
  const auto profiles =
      ProfilesOf(HostsWith({{"ok", "ok"}, {"EACCES", "ok"}, {"EACCES", ""}}));
  ASSERT_THAT(profiles, SizeIs(2));
  EXPECT_THAT(profiles[0].hosts, ElementsAre(1, 2));
  EXPECT_EQ(profiles[0].partly, 1);
}

TEST(FindProfilesTest, APlanThatNobodyCouldTestSetsNobodyApart) {
  const auto profiles = ProfilesOf(HostsWith({{"ok", "SKIP"}, {"ok", "SKIP"}}));
  ASSERT_THAT(profiles, SizeIs(1));
  EXPECT_EQ(profiles[0].partly, 0);
}

TEST(FindProfilesTest, HostsWithNothingInCommonAreNotCalledAlike) {
  EXPECT_THAT(ProfilesOf(HostsWith({{"ok", ""}, {"", "ok"}})), SizeIs(2));
}

TEST(FindProfilesTest, LettersGoOnAfterZ) {
  std::vector<std::vector<std::string>> outcomes;
  for (int i = 0; i < 28; ++i) outcomes.push_back({"E" + std::to_string(i)});
  const auto profiles = ProfilesOf(HostsWith(outcomes));
  EXPECT_EQ(profiles[25].letter, "Z");
  EXPECT_EQ(profiles[26].letter, "AA");
  EXPECT_EQ(profiles[27].letter, "AB");
}

TEST(ExplainProfilesTest, NamesTheFactThatSetsAProfileApart) {
  SmallReport report;
  const Program program = BindProgram({"0.0.0.0"});
  const std::string fact = "net.ipv6.bindv6only";
  for (const std::string value : {"0", "0", "1"}) {
    const size_t host = report.AddHost("h", {{fact, value}});
    report.AddRecord("p", host, program,
                     RecordOf({value == "1" ? "EINVAL" : "ok"}));
  }
  std::vector<Profile> profiles = ProfilesOf(report);
  std::vector<const Facts*> facts;
  for (const ReportedHost& host : report.input.hosts) {
    facts.push_back(host.facts);
  }
  ExplainProfiles(facts, profiles);
  ASSERT_THAT(profiles[1].because, SizeIs(1));
  EXPECT_EQ(profiles[1].because[0].terms[0].fact, fact);
  EXPECT_TRUE(profiles[1].because[0].separates());
}

}  // namespace
}  // namespace sockdrift
