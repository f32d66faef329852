// Explanations put to the test on real agents: proven, refuted, impossible.
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/explain_fixture.h"

namespace sockdrift::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

using ProveTest = ExplainTest;

TEST_F(ProveTest, WhatTheBehaviourFollowsIsProvenAndKept) {
  StartFleet({Start("80")});
  EXPECT_EQ(Candidates({})[0]["verdict"], "correlation");
  const SubprocessEnd proven = fleet_->Ask({"explain", "--prove"});
  EXPECT_EQ(proven.exit_code, 1) << proven.err;
  EXPECT_THAT(proven.out,
              AllOf(HasSubstr("because " + std::string(kPortStart) + " = 80"),
                    HasSubstr("proven by experiment"),
                    HasSubstr("the behaviour followed on both hosts")));

  // It is there without being asked for, and after a restart.
  fleet_->KillController();
  fleet_->StartController();
  ASSERT_TRUE(fleet_->HasHosts(3));
  const json candidate = Candidates({})[0];
  EXPECT_EQ(candidate["verdict"], "proven");
  const json& evidence = candidate["evidence"];
  EXPECT_EQ(evidence["settings"], json::array({{{"fact", kPortStart},
                                                {"group_value", "80"},
                                                {"first_value", "1024"}}}));
  EXPECT_EQ(evidence["group_host"], "odd");
  EXPECT_EQ(evidence["followed"], evidence["cells"]);
  EXPECT_GT(evidence["cells"], 0);
  EXPECT_EQ(evidence["runs"].size(), 3U);
  // The experiments are runs as others are, and no sightings.
  const SubprocessEnd run =
      fleet_->Ask({"explain", "--run", evidence["runs"][0].get<std::string>()});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_THAT(fleet_->Ask({"explain"}).out, HasSubstr("2 groups over 3 hosts"));

  // Other behaviour, which nobody has tried to explain.
  Lose("odd");
  fleet_->StartAgent("odd", {Start("443")});
  ASSERT_TRUE(fleet_->HasHosts(3));
  ASSERT_EQ(
      fleet_->Ask({"run", "--plan", kPlan, "--deadline", "60s"}).exit_code, 0);
  EXPECT_EQ(Candidates({})[0]["verdict"], "correlation");
}

TEST_F(ProveTest, WhatMerelyComesAlongIsRefutedAndTheNextIsTried) {
  StartFleet({std::string(kBystander) + "=1", Start("80")});
  const json before = Candidates({});
  EXPECT_EQ(before[0]["text"], std::string(kBystander) + " = 1");
  EXPECT_THAT(before[0]["aliases"],
              ElementsAre(std::string(kPortStart) + " = 80"));
  EXPECT_THAT(before[0]["advice"].get<std::string>(), HasSubstr("--prove"));

  const json after = Candidates({"--prove"});
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after[0]["text"], std::string(kPortStart) + " = 80");
  EXPECT_EQ(after[0]["verdict"], "proven");
  EXPECT_EQ(after[1]["text"], std::string(kBystander) + " = 1");
  EXPECT_EQ(after[1]["verdict"], "refuted");
  EXPECT_EQ(after[1]["evidence"]["followed"], 0);
  EXPECT_THAT(fleet_->Ask({"explain"}).out,
              HasSubstr("not     " + std::string(kBystander)));
}

TEST_F(ProveTest, AFirstExperimentThatIsTheLastLeavesTheNextOpen) {
  StartFleet({std::string(kBystander) + "=1", Start("80")});
  const json candidates = Candidates({"--prove", "--trials", "1"});
  EXPECT_EQ(candidates[0]["text"], std::string(kPortStart) + " = 80");
  EXPECT_EQ(candidates[0]["verdict"], "correlation");
  EXPECT_EQ(candidates[1]["verdict"], "refuted");
}

TEST_F(ProveTest, WithoutAnAgentOfTheGroupNothingIsDecided) {
  StartFleet({Start("80")});
  Lose("odd");
  const SubprocessEnd end = fleet_->Ask({"explain", "--prove"});
  EXPECT_EQ(end.exit_code, 3) << end.out;
  EXPECT_THAT(end.out, AllOf(HasSubstr("could not be tested: no host of the "
                                       "group"),
                             HasSubstr("is connected"),
                             Not(HasSubstr("proven "
                                           "by"))));
  EXPECT_EQ(Candidates({})[0]["verdict"], "correlation");
}

// A wildcard of both families beside one of IPv4, and a port below 1024: one
// cell for each of two sysctls.
constexpr char kTwoCauses[] = R"(plan: own.two-causes
title: A cell for each of two sysctls
axes:
  first: ["::", "127.0.0.1"]
  port: [8080, 80]
except:
  - {first: "::", port: 80}
  - {first: "127.0.0.1", port: 8080}
steps:
  - socket: {as: one, family: $first.family, type: stream}
  - bind: {of: one, to: "$first:$port", observe: bind}
  - socket: {as: two, family: inet, type: stream}
  - bind: {of: two, to: "0.0.0.0:$port", observe: second}
  - close: two
  - close: one
)";

class OwnPlanTest : public ExplainTest {
 protected:
  void Measure(const std::vector<std::string>& odd) {
    const std::string path = fleet_->folder() / "plan.yaml";
    std::ofstream(path) << kTwoCauses;
    fleet_->StartAgent("plain-1");
    fleet_->StartAgent("plain-2");
    fleet_->StartAgent("odd", odd);
    ASSERT_TRUE(fleet_->HasHosts(3));
    const SubprocessEnd run =
        fleet_->Ask({"run", "--plan", path, "--deadline", "60s"});
    ASSERT_EQ(run.exit_code, 0) << run.err << run.out;
  }
};

TEST_F(OwnPlanTest, BindV6OnlyIsProvenByTheDualStackCellThatFollowsIt) {
  Measure({"net.ipv6.bindv6only=1"});
  const json candidate = Candidates({"--prove"})[0];
  EXPECT_EQ(candidate["text"], "net.ipv6.bindv6only = 1");
  EXPECT_EQ(candidate["verdict"], "proven");
  EXPECT_EQ(candidate["evidence"]["cells"], 1);
  EXPECT_EQ(candidate["evidence"]["followed"], 1);
  EXPECT_THAT(fleet_->Ask({"explain"}).out,
              HasSubstr("second: EADDRINUSE → ok"));
}

TEST_F(OwnPlanTest, OfTwoCausesEachIsFollowedByItsCellsOnly) {
  Measure({"net.ipv6.bindv6only=1", Start("80")});
  const json candidates = Candidates({"--prove"});
  ASSERT_EQ(candidates.size(), 2U);
  std::vector<std::string> settings;
  for (const json& candidate : candidates) {
    EXPECT_EQ(candidate["verdict"], "partly");
    const json& evidence = candidate["evidence"];
    EXPECT_EQ(evidence["cells"], 2);
    EXPECT_EQ(evidence["tested"], 2);
    EXPECT_EQ(evidence["followed"], 1);
    settings.push_back(evidence["settings"][0]["fact"]);
  }
  EXPECT_THAT(settings,
              UnorderedElementsAre(kPortStart, "net.ipv6.bindv6only"));
  EXPECT_THAT(fleet_->Ask({"explain"}).out,
              AllOf(HasSubstr("1 of 2 cells"), Not(HasSubstr("proven by"))));
}

TEST_F(ProveTest, AskedForTwoThingsAtOnceItSaysSo) {
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"--prove", "--ladder", "odd"},
        {"--prove", "--run", "x"},
        {"--against", "plain-1"},
        {"--ladder", "odd", "-l", "a=b"},
        {"--ladder", "odd", "--cell", "[a=b]"},
        {"--prove", "--deadline", "soon"}}) {
    std::vector<std::string> arguments = {"explain"};
    arguments.insert(arguments.end(), wrong.begin(), wrong.end());
    EXPECT_EQ(fleet_->Ask(arguments).exit_code, 2) << wrong[0] << wrong[1];
  }
}

}  // namespace
}  // namespace sockdrift::testing
