#include "cli/ladder_report.h"

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "sockdrift/v1/fleet_service.pb.h"
#include "tests/support/gold.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kLadders[] = R"pb(
  plans {
    plan: "bind.privileged-port"
    cell_count: 42
    rungs {
      world: WORLD_PRISTINE
      root_cgroup: true
      done_count: 42
      note: "no program is in force in the cgroup of plain-1: as pristine"
    }
    rungs { world: WORLD_PRISTINE done_count: 42 }
    rungs { world: WORLD_REPLICA done_count: 42 changed_count: 30 }
    rungs {
      world: WORLD_OWN
      refusal: "on low-ports: the policy of this agent does not allow the world 'own'; it allows replica, pristine"
    }
    rungs { world: WORLD_HOST refusal: "on low-ports: likewise" }
    findings {
      layers: LADDER_LAYER_SYSCTLS
      world: WORLD_REPLICA
      cell_count: 30
      example_cell: "bind.privileged-port[cap=none,port=80]"
      example_change: "bind: EACCES → ok"
    }
    unchanged_count: 12
    against_host_id: "plain-1"
    known_to_differ: true
  }
  plans {
    plan: "own.loopback"
    cell_count: 3
    rungs {
      world: WORLD_PRISTINE
      root_cgroup: true
      refusal: "on low-ports: the root cgroup cannot be entered"
    }
    rungs { world: WORLD_PRISTINE refusal: "on low-ports: no privilege" }
    rungs { world: WORLD_REPLICA refusal: "on low-ports: no privilege" }
    rungs { world: WORLD_OWN done_count: 1 changed_count: 1 }
    rungs { world: WORLD_HOST refusal: "on low-ports: not the initial one" }
    findings {
      layers: [
        LADDER_LAYER_KERNEL,
        LADDER_LAYER_CGROUP,
        LADDER_LAYER_SYSCTLS,
        LADDER_LAYER_NAMESPACE
      ]
      world: WORLD_OWN
      cell_count: 1
      example_cell: "own.loopback[]"
      example_change: "bind: ok → EADDRNOTAVAIL"
    }
    suspects: "lsm = apparmor (the other host: (not known))"
    against_host_id: "plain-1"
  }
)pb";

PlanLadders Ladders() {
  v1::ClimbResponse response;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(kLadders, &response));
  return response.plans();
}

std::string Gold(const std::string& name) {
  return std::string(SOCKDRIFT_SOURCE_DIR) + "/tests/cli/gold/" + name;
}

TEST(LadderTextTest, NamesEachRungAndTheLayer) {
  setenv("COLUMNS", "100", 1);
  const Console console(ColorWhen::kNever);
  unsetenv("COLUMNS");
  testing::ExpectGold(Gold("ladder.txt"),
                      LadderText("low-ports", Ladders(), console));
}

TEST(LadderTextTest, SaysWhatItMeansThatCellsAreAlike) {
  setenv("COLUMNS", "1000", 1);
  const Console console(ColorWhen::kNever);
  unsetenv("COLUMNS");
  v1::ClimbResponse response;
  v1::PlanLadder& plan = *response.add_plans();
  plan.set_plan("bind.conflict");
  plan.set_cell_count(70);
  plan.set_unchanged_count(70);
  const auto text = [&] {
    std::string said = LadderText("odd", response.plans(), console);
    for (char& c : said) c = c == '\n' ? ' ' : c;
    return std::string(absl::StripAsciiWhitespace(said));
  };
  EXPECT_THAT(text(), HasSubstr("70 cells answer alike on every rung"));
  EXPECT_THAT(text(), HasSubstr("(--against)"));
  plan.set_against_host_id("plain");
  EXPECT_THAT(text(), HasSubstr("70 cells answer as on plain on every rung"));
  EXPECT_THAT(text(), HasSubstr("these do not differ"));
  plan.set_known_to_differ(true);
  EXPECT_THAT(text(), HasSubstr("a host has changed since"));
  EXPECT_THAT(text(), Not(HasSubstr("that was not (")));
}

TEST(LadderJsonTest, HasEveryDocumentedKey) {
  testing::ExpectGold(Gold("ladder.json"), LadderJson("low-ports", Ladders()));
}

TEST(LadderExitCodeTest, TellsAFindingFromNothingAndFromNotKnowing) {
  PlanLadders plans = Ladders();
  EXPECT_EQ(ExitCodeOf(plans), ExitCode::kFindings);
  for (v1::PlanLadder& plan : plans) plan.clear_findings();
  EXPECT_EQ(ExitCodeOf(plans), ExitCode::kFine);
  for (v1::PlanLadder& plan : plans) plan.clear_unchanged_count();
  EXPECT_EQ(ExitCodeOf(plans), ExitCode::kCouldNotTell);
}

}  // namespace
}  // namespace sockdrift
