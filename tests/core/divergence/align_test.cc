#include "core/divergence/align.h"

#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::SetOutcome;
using ::sockdrift::testing::SetStatus;
using ::sockdrift::testing::Uniform;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A program with its ids and one record.
struct Shown {
  explicit Shown(Program p)
      : program(std::move(p)),
        measurement(MeasurementDigest(program)),
        ids(CellIds(program)),
        record(Uniform(program)) {}
  ObservedRecord View() const { return {&program, measurement, ids, &record}; }

  Program program;
  Digest measurement;
  std::vector<CellId> ids;
  Record record;
};

TEST(AlignTest, FindsNothingBetweenEqualRecords) {
  const Shown one{BindPair()};
  const Comparison result = Align(one.View(), one.View());
  EXPECT_TRUE(result.same_measurement);
  EXPECT_EQ(result.common, 64u);
  EXPECT_EQ(result.compared.size(), 64u);
  EXPECT_THAT(result.differing, IsEmpty());
  EXPECT_THAT(result.changes, IsEmpty());
}

TEST(AlignTest, NamesTheCellAndBothOutcomes) {
  const Shown left{BindPair()};
  Shown right{BindPair()};
  SetOutcome(right.record, 0, 9, "EACCES");
  SetOutcome(right.record, 1, 9, "not-reached");
  const Comparison result = Align(left.View(), right.View());
  ASSERT_EQ(result.differing.size(), 1u);
  EXPECT_EQ(result.differing[0].cell, 9u);
  EXPECT_EQ(result.differing[0].other_cell, 9u);
  EXPECT_THAT(result.differing[0].changes, ElementsAre(0, 1));
  EXPECT_THAT(result.changes,
              ElementsAre(OutcomeChange{0, "ok", "EACCES"},
                          OutcomeChange{1, "ok", "not-reached"}));
}

TEST(AlignTest, ComparesTextsAndNotCodes) {
  Shown left{BindPair()};
  Shown right{BindPair()};
  // The same outcomes; on the right another text comes first in the dictionary.
  SetOutcome(left.record, 1, 0, "zzz");
  SetOutcome(right.record, 1, 0, "zzz");
  SetOutcome(right.record, 1, 1, "aaa");
  const Comparison result = Align(left.View(), right.View());
  ASSERT_EQ(result.differing.size(), 1u);
  EXPECT_EQ(result.differing[0].cell, 1u);
}

TEST(AlignTest, ComparesOnlyWhatIsDoneOnBothSides) {
  Shown left{BindPair()};
  Shown right{BindPair()};
  SetOutcome(right.record, 1, 0, "EADDRINUSE");
  SetStatus(left.record, 0, CellStatus::kSkip, "no capability");
  SetStatus(right.record, 1, CellStatus::kUnstable, "ok, EADDRINUSE");
  SetStatus(left.record, 2, CellStatus::kMiss, "not selected");
  SetStatus(right.record, 2, CellStatus::kError, "the probe died");
  const Comparison result = Align(left.View(), right.View());
  EXPECT_THAT(result.differing, IsEmpty());
  EXPECT_EQ(result.compared.size(), 61u);
  EXPECT_EQ(result.done_left_only, 1u);
  EXPECT_EQ(result.done_right_only, 1u);
  EXPECT_EQ(result.done_neither, 1u);
}

TEST(AlignTest, MeetsCellsOfAnotherVersionByTheirIds) {
  Shown older{BindPair({"::", "0.0.0.0"})};
  Shown newer{BindPair({"127.0.0.1", "0.0.0.0", "::"})};
  const CellSpace cells(newer.program);
  const std::string name =
      "[a.addr=::,a.reuse=none,b.addr=0.0.0.0,b.reuse=addr]";
  const uint32_t there = *FindCell(newer.program, cells, name);
  const uint32_t here =
      *FindCell(older.program, CellSpace(older.program), name);
  SetOutcome(newer.record, 1, there, "EADDRINUSE");
  const Comparison result = Align(older.View(), newer.View());
  EXPECT_FALSE(result.same_measurement);
  EXPECT_EQ(result.common, 16u);
  EXPECT_EQ(result.only_left, 0u);
  EXPECT_EQ(result.only_right, 20u);
  ASSERT_EQ(result.differing.size(), 1u);
  EXPECT_EQ(result.differing[0].cell, here);
  EXPECT_EQ(result.differing[0].other_cell, there);
}

TEST(AlignTest, FindsObservationsByNameInAnotherVersion) {
  Shown older{BindPair()};
  Program program = BindPair();
  std::swap(program.observations[0], program.observations[1]);
  std::swap(program.steps[2].observation, program.steps[5].observation);
  Shown newer{std::move(program)};
  SetOutcome(older.record, 0, 5, "EACCES");
  SetOutcome(newer.record, 1, 5, "EACCES");
  EXPECT_NE(older.measurement, newer.measurement);
  const Comparison result = Align(older.View(), newer.View());
  EXPECT_EQ(result.common, 64u);
  EXPECT_THAT(result.differing, IsEmpty());
}

TEST(AlignTest, ComparesOfAPartialRecordOnlyWhatItStates) {
  Shown stated{BindPair()};
  Shown measured{BindPair()};
  SetOutcome(measured.record, 0, 3, "EACCES");
  SetOutcome(measured.record, 1, 3, "EADDRINUSE");
  // It speaks of the second bind alone.
  stated.record.columns[0].assign(stated.record.cells(), kNotObserved);
  ObservedRecord partial = stated.View();
  EXPECT_EQ(Align(partial, measured.View()).differing.size(), 64u);
  partial.partial = true;
  for (const Comparison& result :
       {Align(partial, measured.View()), Align(measured.View(), partial)}) {
    ASSERT_EQ(result.differing.size(), 1u);
    EXPECT_EQ(result.differing[0].cell, 3u);
    ASSERT_EQ(result.changes.size(), 1u);
    EXPECT_EQ(result.changes[0].observation, 1u);
  }
}

TEST(AlignTest, SaysWhenNothingIsCommon) {
  const Shown left{BindPair({"::"})};
  const Shown right{BindPair({"0.0.0.0"})};
  const Comparison result = Align(left.View(), right.View());
  EXPECT_EQ(result.common, 0u);
  EXPECT_EQ(result.only_left, 4u);
  EXPECT_EQ(result.only_right, 4u);
  EXPECT_THAT(result.compared, IsEmpty());
}

}  // namespace
}  // namespace sockdrift
