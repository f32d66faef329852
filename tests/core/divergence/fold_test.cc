#include "core/divergence/fold.h"

#include <functional>
#include <map>
#include <random>
#include <set>

#include "core/divergence/render.h"
#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Coordinate = std::vector<uint16_t>;

// A program of axes alone; what its steps do does not matter here.
Program OfAxes(std::vector<Axis> axes,
               std::vector<std::string> observations = {"bind"}) {
  Program program;
  program.axes = std::move(axes);
  program.observations = std::move(observations);
  return program;
}

// All cells compared; those that differ are the ones for which `change` gives
// an index into `changes`.
Comparison Differing(const Program& program, std::vector<OutcomeChange> changes,
                     const std::function<int(const Coordinate&)>& change) {
  Comparison comparison;
  comparison.changes = std::move(changes);
  const CellSpace cells(program);
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    comparison.compared.push_back(cell);
    const int index = change(cells.Coordinate(cell));
    if (index < 0) continue;
    comparison.differing.push_back(
        {cell, cell, {static_cast<uint32_t>(index)}});
  }
  comparison.common = cells.size();
  return comparison;
}

Comparison Differing(const Program& program,
                     const std::function<bool(const Coordinate&)>& differs) {
  return Differing(program, {{0, "EADDRINUSE", "ok"}},
                   [&](const Coordinate& c) { return differs(c) ? 0 : -1; });
}

std::vector<std::string> Folded(const Program& program,
                                const Comparison& comparison) {
  std::vector<std::string> texts;
  for (const Rule& rule : Fold(program, comparison)) {
    texts.push_back(RenderRule(rule, program));
  }
  return texts;
}

// Counts of changes, as a rule has them.
std::map<OutcomeChange, uint32_t> CountsOf(const Rule& rule) {
  std::map<OutcomeChange, uint32_t> counts;
  for (const std::vector<Rule::Count>* list :
       {&rule.changes, &rule.consequences}) {
    for (const Rule::Count& one : *list) counts[one.change] = one.cells;
  }
  return counts;
}

// Every differing cell is covered by a rule, no other compared cell is, a
// rule's observation differs in every cell that it covers, and all counts are
// those of the cells where its conditions hold.
void ExpectExact(const Program& program, const Comparison& comparison) {
  const std::vector<Rule> rules = Fold(program, comparison);
  const CellSpace cells(program);
  struct Counted {
    uint32_t covered = 0;
    uint32_t around = 0;
    uint32_t differs = 0;
    std::map<OutcomeChange, uint32_t> changes;
  };
  std::vector<Counted> counted(rules.size());
  size_t next = 0;
  for (uint32_t cell : comparison.compared) {
    const Coordinate coordinate = cells.Coordinate(cell);
    const DifferingCell* differing = nullptr;
    if (next < comparison.differing.size() &&
        comparison.differing[next].cell == cell) {
      differing = &comparison.differing[next++];
    }
    bool found = false;
    for (size_t i = 0; i < rules.size(); ++i) {
      counted[i].around += AllHold(rules[i].where, program, coordinate) ? 1 : 0;
      if (!Covers(rules[i], program, coordinate)) continue;
      ++counted[i].covered;
      found = true;
      ASSERT_NE(differing, nullptr) << CellName(program, coordinate);
      for (uint32_t index : differing->changes) {
        const OutcomeChange& change = comparison.changes[index];
        if (change.observation < rules[i].change.observation) continue;
        counted[i].differs +=
            change.observation == rules[i].change.observation ? 1 : 0;
        ++counted[i].changes[change];
      }
    }
    EXPECT_EQ(found, differing != nullptr) << CellName(program, coordinate);
  }
  size_t added = 0;
  for (const Rule& rule : rules) added += rule.added;
  EXPECT_EQ(added, comparison.differing.size());
  for (size_t i = 0; i < rules.size(); ++i) {
    EXPECT_EQ(rules[i].cells, counted[i].covered);
    EXPECT_EQ(rules[i].cells, counted[i].differs);
    EXPECT_EQ(rules[i].of, counted[i].around);
    EXPECT_EQ(CountsOf(rules[i]), counted[i].changes);
    EXPECT_EQ(rules[i].change, rules[i].changes.front().change);
  }
}

TEST(FoldTest, HasNoRuleForNoDifference) {
  const Program program = BindPair();
  EXPECT_THAT(
      Fold(program, Differing(program, [](const auto&) { return false; })),
      IsEmpty());
}

TEST(FoldTest, NeedsNoConditionWhereEveryCellDiffers) {
  const Program program = BindPair();
  EXPECT_THAT(
      Folded(program, Differing(program, [](const auto&) { return true; })),
      ElementsAre("all 64 cells: bind.a: EADDRINUSE → ok"));
}

TEST(FoldTest, SaysTheFamilyOfAnAddress) {
  const Program program = BindPair();
  EXPECT_THAT(Folded(program, Differing(program,
                                        [](const Coordinate& c) {
                                          return c[2] >= 2 && c[1] == 0;
                                        })),
              ElementsAre("all 16 cells with a.reuse = none and b.addr.family "
                          "= inet6: bind.a: EADDRINUSE → ok"));
}

TEST(FoldTest, SaysTheIpVersionOfMappedAddresses) {
  const Program program =
      BindPair({"127.0.0.1", "::", "::1", "::ffff:127.0.0.1"});
  EXPECT_THAT(Folded(program, Differing(program,
                                        [](const Coordinate& c) {
                                          return c[2] == 0 || c[2] == 3;
                                        })),
              ElementsAre("all 32 cells with b.addr.ip = 4: bind.a: "
                          "EADDRINUSE → ok"));
}

TEST(FoldTest, SaysNotOfWhatIsLeftOut) {
  const Program program =
      OfAxes({{"type", {"a", "b", "c", "d"}}, {"x", {"0", "1"}}});
  EXPECT_THAT(
      Folded(program,
             Differing(program, [](const Coordinate& c) { return c[0] != 1; })),
      ElementsAre("all 6 cells with type ≠ b: bind: EADDRINUSE → ok"));
}

TEST(FoldTest, ComparesTheAddressesOfTwoSockets) {
  const Program program = BindPair();
  EXPECT_THAT(
      Folded(
          program,
          Differing(program, [](const Coordinate& c) { return c[0] != c[2]; })),
      ElementsAre("all 48 cells with a.addr ≠ b.addr: bind.a: "
                  "EADDRINUSE → ok"));
}

TEST(FoldTest, FoldsTwoMappedAddressesAsTheyMeetOnLinux61) {
  const Program program =
      BindPair({"0.0.0.0", "127.0.0.1", "127.0.0.2", "::", "::1",
                "::ffff:0.0.0.0", "::ffff:127.0.0.1"});
  EXPECT_THAT(
      Folded(program, Differing(program,
                                [](const Coordinate& c) {
                                  return c[0] >= 5 && c[2] >= 5 && c[0] != c[2];
                                })),
      ElementsAre("all 8 cells with a.addr ∈ {::ffff:0.0.0.0, "
                  "::ffff:127.0.0.1} and b.addr ∈ {::ffff:0.0.0.0, "
                  "::ffff:127.0.0.1} and a.addr ≠ b.addr: bind.a: EADDRINUSE "
                  "→ ok"));
}

TEST(FoldTest, CountsExceptionsWhereThatIsShorter) {
  const Program program = OfAxes({{"x", {"0", "1", "2", "3"}},
                                  {"y", {"0", "1", "2", "3"}},
                                  {"z", {"0", "1", "2", "3"}}});
  const Comparison comparison = Differing(program, [](const Coordinate& c) {
    return !(c[0] == 1 && c[1] == 2 && c[2] == 3);
  });
  EXPECT_THAT(Folded(program, comparison),
              ElementsAre("63 of 64 cells, except x = 1 and y = 2 and z = 3: "
                          "bind: EADDRINUSE → ok"));
  ExpectExact(program, comparison);
}

TEST(FoldTest, PassesOverCellsThatWereNotCompared) {
  const Program program = BindPair();
  Comparison comparison =
      Differing(program, [](const Coordinate& c) { return c[2] == 3; });
  // Without ::1 against ::1: still all cells of b.addr = ::1.
  const CellSpace cells(program);
  std::erase_if(comparison.compared, [&](uint32_t cell) {
    return cells.Coordinate(cell)[0] == 3 && cells.Coordinate(cell)[2] == 3;
  });
  std::erase_if(comparison.differing, [&](const DifferingCell& cell) {
    return cells.Coordinate(cell.cell)[0] == 3;
  });
  EXPECT_THAT(Folded(program, comparison),
              ElementsAre("all 12 cells with b.addr = ::1: bind.a: "
                          "EADDRINUSE → ok"));
}

TEST(FoldTest, PassesOverExcludedCells) {
  // v6only exists for IPv6 only: the rule need not speak of it.
  Program program =
      OfAxes({{"addr", {"0.0.0.0", "::"}}, {"v6only", {"unset", "0", "1"}}});
  program.excluded = {{1, 2}};
  EXPECT_THAT(
      Folded(program,
             Differing(program, [](const Coordinate& c) { return c[0] == 0; })),
      ElementsAre("1 cell with addr = 0.0.0.0: bind: EADDRINUSE → ok"));
}

TEST(FoldTest, GathersWhatFollowsInACell) {
  const Program program =
      OfAxes({{"x", {"0", "1"}}, {"y", {"0", "1"}}}, {"bind", "listen"});
  Comparison comparison;
  comparison.compared = {0, 1, 2, 3};
  comparison.changes = {{0, "EADDRINUSE", "ok"}, {1, "not-reached", "ok"}};
  comparison.differing = {{2, 2, {0, 1}}, {3, 3, {0}}};
  EXPECT_THAT(Folded(program, comparison),
              ElementsAre("all 2 cells with x = 1: bind: EADDRINUSE → ok; then "
                          "listen: not-reached → ok (1)"));
}

TEST(FoldTest, KeepsChangesApart) {
  const Program program = BindPair();
  const Comparison comparison =
      Differing(program, {{0, "ok", "EACCES"}, {1, "EADDRINUSE", "ok"}},
                [](const Coordinate& c) {
                  return c[0] == 0 ? 0 : c[2] == 1 ? 1 : -1;
                });
  ExpectExact(program, comparison);
  EXPECT_EQ(Fold(program, comparison).size(), 2u);
}

TEST(FoldTest, DoesNotTellApartWhatWasBeforeWhereThatTakesMoreRules) {
  // b.addr = ::1 answers EADDRNOTAVAIL now, whatever it answered before.
  const Program program = BindPair();
  const Comparison comparison = Differing(
      program, {{1, "EADDRINUSE", "EADDRNOTAVAIL"}, {1, "ok", "EADDRNOTAVAIL"}},
      [](const Coordinate& c) {
        return c[2] != 3 ? -1 : (c[0] * 3 + c[1] + c[3]) % 2;
      });
  EXPECT_THAT(Folded(program, comparison),
              ElementsAre("all 16 cells with b.addr = ::1: bind.b: EADDRINUSE "
                          "(8) or ok (8) → EADDRNOTAVAIL"));
  ExpectExact(program, comparison);
}

TEST(FoldTest, MaySpeakOfCellsThatDifferEarlierAsWell) {
  // bind.b fails for b.addr = ::1 in every cell, also where bind.a did already.
  const Program program = BindPair();
  Comparison comparison;
  comparison.changes = {{0, "ok", "EADDRNOTAVAIL"}, {1, "ok", "EADDRNOTAVAIL"}};
  const CellSpace cells(program);
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    comparison.compared.push_back(cell);
    DifferingCell differing{cell, cell, {}};
    if (cells.Coordinate(cell)[0] == 3) differing.changes.push_back(0);
    if (cells.Coordinate(cell)[2] == 3) differing.changes.push_back(1);
    if (!differing.changes.empty()) comparison.differing.push_back(differing);
  }
  EXPECT_THAT(Folded(program, comparison),
              ElementsAre("all 16 cells with a.addr = ::1: bind.a: ok → "
                          "EADDRNOTAVAIL; then bind.b: ok → EADDRNOTAVAIL (4)",
                          "all 16 cells with b.addr = ::1: bind.b: ok → "
                          "EADDRNOTAVAIL"));
  ExpectExact(program, comparison);
}

TEST(FoldTest, LeavesOutConditionsThatFollowFromOthers) {
  // That a.addr ≠ b.addr and a.reuse = b.reuse says nothing new here.
  Program program = BindPair();
  const Comparison comparison = Differing(program, [](const Coordinate& c) {
    return c[0] == 2 && c[2] == 3 && c[1] == 1 && c[3] == 1;
  });
  EXPECT_THAT(Folded(program, comparison),
              ElementsAre("1 cell with a.addr = :: and a.reuse = addr and "
                          "b.addr = ::1 and b.reuse = addr: bind.a: EADDRINUSE "
                          "→ ok"));
}

// Boxes and scattered cells, with cells that were not compared among them.
TEST(FoldTest, CoversExactlyTheDifferingCells) {
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    Program program =
        BindPair({"0.0.0.0", "127.0.0.1", "::", "::1", "::ffff:127.0.0.1"});
    if (round % 2 == 0) program.excluded = {{3, 5}, {60, 10}};
    const int boxes = static_cast<int>(random() % 4);
    const unsigned scatter = random() % 4 == 0 ? 10 : random() % 30;
    std::vector<Coordinate> corners;
    for (int i = 0; i < boxes; ++i) {
      corners.push_back({static_cast<uint16_t>(random() % 6),
                         static_cast<uint16_t>(random() % 3),
                         static_cast<uint16_t>(random() % 6),
                         static_cast<uint16_t>(random() % 3)});
    }
    Comparison comparison = Differing(
        program,
        {{0, "ok", "EACCES"}, {0, "ok", "EADDRINUSE"}, {1, "ok", "EINVAL"}},
        [&](const Coordinate& c) -> int {
          for (int i = 0; i < boxes; ++i) {
            bool inside = true;
            for (int a = 0; a < 4; ++a) {
              const uint16_t corner = corners[i][a];
              const uint16_t all = a % 2 == 0 ? 5 : 2;
              inside &= corner == all || corner == c[a];
            }
            if (inside) return i % 3;
          }
          return random() % 100 < scatter ? static_cast<int>(random() % 3) : -1;
        });
    // Some cells differ later as well.
    for (DifferingCell& cell : comparison.differing) {
      if (cell.changes[0] != 2 && random() % 2 == 0) cell.changes.push_back(2);
    }
    std::set<uint32_t> gone;
    for (uint32_t cell : comparison.compared) {
      if (random() % 10 == 0) gone.insert(cell);
    }
    std::erase_if(comparison.compared,
                  [&](uint32_t cell) { return gone.count(cell) > 0; });
    std::erase_if(comparison.differing, [&](const DifferingCell& cell) {
      return gone.count(cell.cell) > 0;
    });
    ExpectExact(program, comparison);
    EXPECT_EQ(Fold(program, comparison), Fold(program, comparison));
  }
}

// 60,000 cells and 3,000 differences, of which a third is scattered: the time
// is bounded by the test's own limit.
TEST(FoldTest, FoldsALargePlan) {
  std::vector<std::string> addresses;
  for (int i = 0; i < 25; ++i)
    addresses.push_back("10.0.0." + std::to_string(i));
  const Program program = OfAxes({{"a.addr", addresses},
                                  {"a.reuse", {"none", "addr", "port", "both"}},
                                  {"b.addr", addresses},
                                  {"b.reuse", {"none", "addr", "port", "both"}},
                                  {"type", {"s", "l", "d", "u", "x", "y"}}});
  std::mt19937 random(3);
  const Comparison comparison = Differing(program, [&](const Coordinate& c) {
    return (c[0] >= 20 && c[2] >= 20 && c[1] != 0) || random() % 40 == 0;
  });
  ASSERT_EQ(comparison.compared.size(), 60000u);
  ASSERT_GT(comparison.differing.size(), 3000u);
  const std::vector<Rule> rules = Fold(program, comparison);
  ExpectExact(program, comparison);
  EXPECT_GE(rules.front().cells, 1800u);
  EXPECT_LE(RenderRules(rules, program, {120, 50}).size(), 50u);
}

}  // namespace
}  // namespace sockdrift
