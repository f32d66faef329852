// The groups of a whole catalogue fit one screen, and its numbers add up.
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "cli/analysis_report.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sockdrift/v1/fleet_service.pb.h"
#include "tests/cli/screen_lines.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;

void AddRule(v1::PlanAnalysis& plan, int group, int64_t cells, int64_t added) {
  v1::DivergenceRule& rule = *plan.add_rules();
  rule.set_group(group);
  rule.set_text(absl::StrCat(
      "all ", cells, " cells with kind = listening and a.addr = ",
      "::ffff:0.0.0.0 and b.addr = ::ffff:127.0.0.1 and b.reuseport = unset "
      "and a.reuse = b.reuse: bind.b: ok → EADDRINUSE"));
  rule.set_cell_count(cells);
  rule.set_added_cell_count(added);
}

void AddGroup(v1::PlanAnalysis& plan, const std::string& host, int64_t cells) {
  const int index = plan.groups_size();
  v1::BehaviourGroup& group = *plan.add_groups();
  group.add_host_ids(host);
  group.set_differing_cell_count(cells);
  AddRule(plan, index, cells / 2, cells / 2);
  AddRule(plan, index, cells / 2, cells / 4);
  AddRule(plan, index, cells / 2, cells - cells / 2 - cells / 4);
  v1::GroupExplanation& explanation = *plan.add_explanations();
  explanation.set_group(index);
  explanation.add_candidates()->set_text("net.ipv6.bindv6only = 1");
  v1::GroupCauses& known = *plan.add_known_causes();
  known.set_group(index);
  v1::KnownCause& cause = *known.add_causes();
  cause.set_cause("bindv6only");
  cause.set_title("net.ipv6.bindv6only=1 makes sockets IPv6-only");
  cause.set_cell_count(cells / 4);
  known.set_uncovered_cell_count(cells - cells / 4);
}

// Plans in which `odd`, and in every third one `other` too, differ.
PlanAnalyses Analyses(int plans, uint64_t& cells) {
  PlanAnalyses all;
  for (int i = 0; i < plans; ++i) {
    v1::PlanAnalysis& plan = *all.Add();
    plan.set_plan(absl::StrCat("bind.plan-", i));
    plan.set_world(v1::WORLD_REPLICA);
    plan.set_cell_count(1000);
    plan.set_divergent_cell_count(100 + i);
    plan.add_groups()->add_host_ids("plain");
    AddGroup(plan, "odd", 100 + i);
    cells += static_cast<uint64_t>(100 + i);
    if (i % 3 != 0) continue;
    AddGroup(plan, "other", 8);
    cells += 8;
  }
  return all;
}

Console WideConsole() {
  setenv("COLUMNS", "200", 1);
  Console console(ColorWhen::kNever);
  unsetenv("COLUMNS");
  return console;
}

TEST(AnalysisScreenTest, ACatalogueFitsAndAddsUp) {
  for (const int plans : {2, 5, 23, 87}) {
    uint64_t cells = 0;
    const PlanAnalyses all = Analyses(plans, cells);
    testing::ExpectOneScreen(AnalysisScreen(all, WideConsole()), cells);
  }
}

TEST(AnalysisScreenTest, SaysWhoDiffersAndWhyFirst) {
  uint64_t cells = 0;
  const std::string text = AnalysisScreen(Analyses(9, cells), WideConsole());
  EXPECT_THAT(text, ::testing::StartsWith(
                        "groups differ in 9 of 9 plans, in 936 cells\n"
                        "odd: 936 cells in 9 plans\n"
                        "  because net.ipv6.bindv6only = 1  (in 9 plans)\n"));
  EXPECT_THAT(text, HasSubstr("\n  known: 231 cells: net.ipv6.bindv6only=1 "));
  EXPECT_THAT(text, HasSubstr("\n  without a known cause: 705 cells\n"));
  EXPECT_THAT(text, HasSubstr("\nother: 24 cells in 3 plans\n"));
}

TEST(AnalysisScreenTest, NamesWhoAnswersForWhat) {
  uint64_t cells = 0;
  PlanAnalyses all = Analyses(2, cells);
  for (int i = 0; i < 2; ++i) {
    all[i].set_divergent_cell_count(all[i].divergent_cell_count() - 40);
    all[i].set_acknowledged_cell_count(40);
    all[i].mutable_groups(1)->set_acknowledged_cell_count(40);
    v1::AcknowledgedDivergence& one = *all[i].add_acknowledged();
    one.set_group(1);
    one.mutable_acknowledgement()->set_id("A1");
    one.mutable_acknowledgement()->set_owner("net-team");
    one.mutable_acknowledgement()->set_expires("2026-12-31");
    one.mutable_acknowledgement()->set_reason("known");
    one.mutable_acknowledgement()->set_cell_count(40);
  }
  const std::string text = AnalysisScreen(all, WideConsole());
  EXPECT_THAT(
      text,
      ::testing::StartsWith(
          "groups differ in 2 of 2 plans, in 201 cells, 80 of them "
          "acknowledged\nodd: 201 cells in 2 plans, 80 of them acknowledged\n"
          "  acknowledged A1 by net-team until 2026-12-31: 80 cells: known\n"));
  testing::ExpectOneScreen(text, cells);
}

}  // namespace
}  // namespace sockdrift
