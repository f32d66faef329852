// What diff prints of two behaviours that differ a lot fits one screen, and
// its numbers add up.
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/behaviour_diff.h"
#include "compiler/compile.h"
#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/screen_lines.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;

// Two binds in 2,000 cells, as many words as a real plan's rules have.
constexpr char kYaml[] = R"(
plan: made-up.%s
title: Two sockets
sources: [x]
axes:
  kind: [stream, dgram]
  a_addr: ["0.0.0.0", "127.0.0.1", "127.0.0.2", "::", "::1"]
  a_reuse: [unset, 0, 1, 2, 3]
  b_addr: ["0.0.0.0", "127.0.0.1", "127.0.0.2", "::", "::1"]
  b_reuse: [unset, 0, 1, 2, 3]
  b_v6only: [unset, 0, 1, 2]
except:
  - {a_reuse: [3], b_reuse: [3], b_v6only: [1, 2]}
steps:
  - socket: {as: a, family: $a_addr.family, type: $kind}
  - setsockopt: {of: a, name: SO_REUSEADDR, value: $a_reuse}
  - bind: {of: a, to: "$a_addr:A", observe: bind.a}
  - socket: {as: b, family: $b_addr.family, type: $kind}
  - setsockopt: {of: b, name: SO_REUSEADDR, value: $b_reuse}
  - setsockopt: {of: b, name: SO_BROADCAST, value: $b_v6only}
  - bind: {of: b, to: "$b_addr:A", observe: bind.b}
)";

struct Sides {
  DiffSide a;
  DiffSide b;
};

// Whether the cell differs in plan number `plan`: whole boxes in the first
// ones, scattered cells in the others.
bool Differs(int plan, uint32_t cell) {
  if (plan % 3 == 0) return cell % 500 < 50;
  if (plan % 3 == 1) return cell % 20 == 3 && cell > 600;
  return (cell * 2654435761u) >> 24 < 4;
}

BehaviourEntry Entry(const CompiledPlan& plan, int number, bool changed) {
  BehaviourEntry entry;
  entry.plan = plan.name;
  entry.measurement = MeasurementDigest(plan.program);
  Record& record = entry.record;
  record.outcomes = {"EADDRINUSE", "EINVAL", "ok"};
  record.columns.resize(2);
  const CellSpace cells(plan.program);
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    record.status.push_back(CellStatus::kDone);
    record.reason.push_back(0);
    record.columns[0].push_back(3);
    const bool differs = changed && Differs(number, cell);
    record.columns[1].push_back(!differs ? 3 : cell % 2 == 0 ? 1 : 2);
  }
  Canonicalise(record);
  return entry;
}

Sides MakeSides(int plans) {
  BehaviourFile files[2];
  for (int side = 0; side < 2; ++side) {
    files[side].made_by = "sockdrift 0";
    HostBehaviour host;
    host.host = side == 0 ? "production" : "candidate";
    host.taken = absl::FromUnixSeconds(1795244400);
    for (int fact = 0; fact < 60; ++fact) {
      host.facts[absl::StrCat("net.fact-", fact)] = absl::StrCat(side);
    }
    files[side].hosts.push_back(std::move(host));
  }
  for (int plan = 0; plan < plans; ++plan) {
    const std::string yaml =
        absl::StrReplaceAll(kYaml, {{"%s", absl::StrCat("plan-", plan)}});
    const CompileResult compiled = CompilePlan(yaml, "test.yaml");
    EXPECT_TRUE(compiled.ok());
    for (int side = 0; side < 2; ++side) {
      // One program, however many plans are made of it.
      if (plan == 0) files[side].programs.push_back(compiled.plan.program);
      files[side].hosts[0].entries.push_back(
          Entry(compiled.plan, plan, side == 1));
    }
  }
  return {*TakeSide(std::move(files[0]), "production.sockdrift", ""),
          *TakeSide(std::move(files[1]), "candidate.sockdrift", "")};
}

std::string Text(const BehaviourDiff& diff, const Sides& sides) {
  setenv("COLUMNS", "200", 1);
  const Console console(ColorWhen::kNever);
  unsetenv("COLUMNS");
  return DiffText(diff, sides.a, sides.b, {}, console);
}

TEST(DiffScreenTest, SixtyThousandCellsWithThreeThousandDifferences) {
  const Sides sides = MakeSides(13);
  const BehaviourDiff diff = Compare(sides.a, sides.b, {});
  EXPECT_GE(diff.compared(), 60'000u);
  EXPECT_GE(diff.differing(), 3'000u);
  const std::string text = Text(diff, sides);
  testing::ExpectOneScreen(text, diff.differing());
  EXPECT_THAT(text, HasSubstr("without a known cause: "));
  // Facts have their lines, too.
  EXPECT_THAT(text, HasSubstr("more facts: --output json has them all"));
}

TEST(DiffScreenTest, ScreensOfEverySizeAddUp) {
  for (const int plans : {1, 2, 5, 12}) {
    const Sides sides = MakeSides(plans);
    const BehaviourDiff diff = Compare(sides.a, sides.b, {});
    testing::ExpectOneScreen(Text(diff, sides), diff.differing());
  }
}

}  // namespace
}  // namespace sockdrift
