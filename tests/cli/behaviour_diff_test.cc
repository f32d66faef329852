#include "cli/behaviour_diff.h"

#include <cstdlib>

#include "compiler/compile.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/gold.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kYaml[] = R"(
plan: test.ports
title: Four cells
sources: [x]
axes:
  type: [stream, dgram]
  port: [22, 1024]
steps:
  - socket: {as: s, family: inet, type: $type}
  - bind: {of: s, to: "127.0.0.1:$port", observe: bind}
)";

// What the host answers in each of the four cells; "" is a SKIP.
HostBehaviour Host(const std::string& name, const Program& program,
                   const std::vector<std::string>& outcomes) {
  BehaviourEntry entry;
  entry.plan = "test.ports";
  entry.measurement = MeasurementDigest(program);
  Record& record = entry.record;
  record.outcomes = {"EACCES", "ok"};
  record.reasons = {"no privilege"};
  record.columns.resize(1);
  for (const std::string& outcome : outcomes) {
    const bool done = !outcome.empty();
    record.status.push_back(done ? CellStatus::kDone : CellStatus::kSkip);
    record.reason.push_back(done ? 0 : 1);
    record.columns[0].push_back(done ? (outcome == "ok" ? 2 : 1)
                                     : kNotObserved);
  }
  Canonicalise(record);
  HostBehaviour host;
  host.host = name;
  host.taken = absl::FromUnixSeconds(1795244400);
  host.facts = {{"kernel", "6.18.0"}, {"os.id", name}};
  host.entries.push_back(std::move(entry));
  return host;
}

DiffSide Side(const std::string& name,
              const std::vector<std::string>& outcomes) {
  const CompileResult compiled = CompilePlan(kYaml, "test.yaml");
  EXPECT_TRUE(compiled.ok());
  BehaviourFile file;
  file.made_by = "sockdrift 0";
  file.programs.push_back(compiled.plan.program);
  file.hosts.push_back(Host(name, compiled.plan.program, outcomes));
  absl::StatusOr<DiffSide> side = TakeSide(std::move(file), name + ".file", "");
  EXPECT_TRUE(side.ok());
  return *std::move(side);
}

std::string Gold(const std::string& name) {
  return std::string(SOCKDRIFT_SOURCE_DIR) + "/tests/cli/gold/" + name;
}

TEST(BehaviourDiffTest, ShowsRulesCellsAndFacts) {
  const DiffSide a = Side("old", {"EACCES", "ok", "EACCES", "ok"});
  const DiffSide b = Side("new", {"ok", "ok", "ok", ""});
  const BehaviourDiff diff = Compare(a, b, {});
  EXPECT_EQ(ExitCodeOf(diff), ExitCode::kFindings);
  setenv("COLUMNS", "100", 1);
  const Console console(ColorWhen::kNever);
  unsetenv("COLUMNS");
  testing::ExpectGold(
      Gold("diff.txt"),
      DiffText(diff, a, b, {.list_cells = true, .most_rules = 6}, console));
  testing::ExpectGold(Gold("diff.json"), DiffJson(diff, a, b));
}

TEST(BehaviourDiffTest, CellsThatOneSideCouldNotTestAreNoDifference) {
  const DiffSide a = Side("a", {"EACCES", "ok", "EACCES", "ok"});
  const DiffSide b = Side("b", {"EACCES", "", "", "ok"});
  const BehaviourDiff diff = Compare(a, b, {});
  EXPECT_EQ(diff.compared(), 2U);
  EXPECT_EQ(ExitCodeOf(diff), ExitCode::kFine);
}

TEST(BehaviourDiffTest, PlansThatAreAlikeAreOneLine) {
  const DiffSide a = Side("a", {"EACCES", "ok", "EACCES", "ok"});
  const DiffSide b = Side("b", {"EACCES", "ok", "EACCES", "ok"});
  const std::string text =
      DiffText(Compare(a, b, {}), a, b, {}, Console(ColorWhen::kNever));
  EXPECT_THAT(text, HasSubstr("\nAlike in all cells: 1 plan, 4 cells\n"));
  EXPECT_THAT(text, Not(HasSubstr("test.ports")));
}

TEST(BehaviourDiffTest, APlanThatCouldNotBeTestedAsAWholeIsNotAlike) {
  const DiffSide a = Side("a", {"EACCES", "ok", "EACCES", "ok"});
  const DiffSide b = Side("b", {"EACCES", "ok", "EACCES", ""});
  const std::string text =
      DiffText(Compare(a, b, {}), a, b, {}, Console(ColorWhen::kNever));
  EXPECT_THAT(text, HasSubstr("test.ports (replica): 0 of 3 cells"));
  EXPECT_THAT(text, Not(HasSubstr("Alike")));
}

TEST(BehaviourDiffTest, NothingDoneOnBothSidesCannotTell) {
  const DiffSide a = Side("a", {"EACCES", "ok", "", ""});
  const DiffSide b = Side("b", {"", "", "EACCES", "ok"});
  EXPECT_EQ(ExitCodeOf(Compare(a, b, {})), ExitCode::kCouldNotTell);
}

TEST(TakeSideTest, NeedsANameWhereThereAreSeveralHosts) {
  BehaviourFile file = Side("one", {"ok", "ok", "ok", "ok"}).file;
  file.hosts.push_back(file.hosts[0]);
  file.hosts[1].host = "two";
  EXPECT_EQ(TakeSide(file, "f", "two")->host, 1U);
  EXPECT_THAT(std::string(TakeSide(file, "f", "").status().message()),
              HasSubstr("f holds 2 hosts; name one as FILE#HOST: one, two"));
  EXPECT_THAT(std::string(TakeSide(file, "f", "twoo").status().message()),
              HasSubstr("did you mean two?"));
}

}  // namespace
}  // namespace sockdrift
