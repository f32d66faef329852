#include "cli/analysis_report.h"

#include <cstdlib>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "sockdrift/v1/fleet_service.pb.h"
#include "tests/support/gold.h"

namespace sockdrift {
namespace {

constexpr char kAnalyses[] = R"pb(
  plans {
    plan: "bind.privileged-port"
    world: WORLD_REPLICA
    cell_count: 100
    divergent_cell_count: 34
    acknowledged_cell_count: 8
    groups {
      host_ids: "plain-1"
      host_ids: "plain-2"
      done_count: 100
      majority: true
    }
    groups { host_ids: "low-ports" done_count: 100 differing_cell_count: 30 }
    groups {
      host_ids: "odd"
      done_count: 88
      differing_cell_count: 12
      acknowledged_cell_count: 8
      notes: "odd could not test 12 cells"
    }
    undecided_host_ids: "bare"
    rules {
      group: 1
      text: "all 30 cells with cap = none and port ∉ {22, 1024}: bind: EACCES → ok"
    }
    rules { group: 2 text: "all 8 cells with port = 22: bind: EACCES → EPERM" }
    rules { group: 2 text: "all 4 cells with port = 80: bind: EACCES → EPERM" }
    explanations {
      group: 1
      candidates {
        text: "net.ipv4.ip_unprivileged_port_start = 80"
        aliases: "pool = edge"
        group_true_count: 1
        group_count: 1
        other_count: 4
        tied: true
        advice: "run it on web-7, which tells them apart"
      }
      candidates {
        text: "kernel = 6.1.0"
        group_true_count: 1
        group_count: 1
        other_true_count: 1
        other_count: 4
        first_group_only: true
        evidence {
          verdict: PROOF_VERDICT_REFUTED
          settings {
            sysctl: "net.ipv4.ip_autobind_reuse"
            group_value: "1"
            first_value: "0"
          }
          group_host_id: "low-ports"
          first_host_id: "plain-1"
          world: WORLD_REPLICA
          cell_count: 30
          tested_count: 30
          run_ids: [ "a", "b", "c" ]
          end_time { seconds: 1795271640 }
          text: "refuted by experiment: with net.ipv4.ip_autobind_reuse = 0 on low-ports and net.ipv4.ip_autobind_reuse = 1 on plain-1 the behaviour followed on both hosts in 0 of 30 cells"
        }
      }
    }
    known_causes {
      group: 1
      causes {
        cause: "unprivileged-port-start"
        title: "A lower start opens ports below 1024"
        effect: "security"
        cell_count: 24
      }
      uncovered_cell_count: 6
    }
    known_causes {
      group: 2
      causes {
        cause: "old-bug"
        title: "6.1.y has a bug"
        effect: "security"
        cell_count: 12
        in_first_group: true
        doubt: ", although its kernel 6.8.0 is none that the cause names (6.1 to before 6.2)"
      }
    }
    explanations { group: 2 reason: "no fact and no pair of facts does" }
    acknowledged {
      group: 1
      acknowledgement {
        id: "A1"
        where: "plan:bind.*"
        owner: "edge-team"
        reason: "until the runtime is mended"
        expires: "2026-10-31"
        created_by: "alice@build-1"
        create_time { seconds: 1790000000 }
        expired: true
        cell_count: 30
        host_ids: "low-ports"
      }
    }
    acknowledged {
      group: 2
      acknowledgement {
        id: "A2"
        where: "port:22"
        selector: "pool=odd"
        owner: "net-team"
        reason: "a filter of theirs"
        link: "https://example.org/1"
        expires: "2026-12-31"
        created_by: "bob@build-1"
        create_time { seconds: 1790000000 }
        cell_count: 8
        host_ids: "odd"
      }
    }
    notes: "2 hosts have not been seen for a day"
  }
  plans {
    plan: "reuse.restart"
    world: WORLD_OWN
    cell_count: 495
    groups { host_ids: "plain-1" host_ids: "plain-2" done_count: 495 }
  }
)pb";

PlanAnalyses Analyses() {
  v1::ExplainResponse response;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(kAnalyses, &response));
  return response.plans();
}

std::string Shown(int most_rules) {
  setenv("COLUMNS", "100", 1);
  const Console console(ColorWhen::kNever);
  unsetenv("COLUMNS");
  return AnalysisText(Analyses(), most_rules, console);
}

TEST(AnalysisTextTest, GivesTheReasonThenTheRulesOfEachGroup) {
  testing::ExpectGold(
      std::string(SOCKDRIFT_SOURCE_DIR) + "/tests/cli/gold/analysis.txt",
      Shown(/*most_rules=*/1));
}

TEST(AnalysisJsonTest, HasEveryDocumentedKey) {
  testing::ExpectGold(
      std::string(SOCKDRIFT_SOURCE_DIR) + "/tests/cli/gold/analysis.json",
      AnalysisJson(Analyses()));
}

TEST(AnalysisExitCodeTest, IsFindingsWhereGroupsDiffer) {
  PlanAnalyses plans = Analyses();
  EXPECT_EQ(ExitCodeOf(plans), ExitCode::kFindings);
  // What is acknowledged is no finding.
  plans[0].set_divergent_cell_count(0);
  EXPECT_EQ(ExitCodeOf(plans), ExitCode::kFine);
  plans.DeleteSubrange(0, 1);
  EXPECT_EQ(ExitCodeOf(plans), ExitCode::kFine);
  EXPECT_EQ(ExitCodeOf(PlanAnalyses()), ExitCode::kCouldNotTell);
}

}  // namespace
}  // namespace sockdrift
