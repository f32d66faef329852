#include "core/plan/cells.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::EveryPart;
using ::sockdrift::testing::StatusIs;
using ::sockdrift::testing::Uniform;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CellSpaceTest, NumbersTheLastAxisFastest) {
  const Program program = BindPair({"::", "::1"});
  const CellSpace cells(program);
  EXPECT_EQ(cells.size(), 16u);
  EXPECT_THAT(cells.Coordinate(0), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(cells.Coordinate(1), ElementsAre(0, 0, 0, 1));
  EXPECT_THAT(cells.Coordinate(2), ElementsAre(0, 0, 1, 0));
  EXPECT_THAT(cells.Coordinate(15), ElementsAre(1, 1, 1, 1));
}

TEST(CellSpaceTest, LeavesOutWhatIsExcluded) {
  const CellSpace cells(EveryPart());
  EXPECT_EQ(cells.matrix_size(), 6u);
  EXPECT_EQ(cells.size(), 4u);
  EXPECT_EQ(cells.RawIndex(0), 1u);
  EXPECT_EQ(cells.RawIndex(3), 4u);
  EXPECT_EQ(cells.FromRaw(0), std::nullopt);
  EXPECT_EQ(cells.FromRaw(5), std::nullopt);
  EXPECT_EQ(cells.FromRaw(4), 3u);
  EXPECT_EQ(cells.FromRaw(6), std::nullopt);
}

TEST(CellSpaceTest, HasOneCellWithoutAxes) {
  Program program = BindPair({"::"});
  program.axes.clear();
  const CellSpace cells(program);
  EXPECT_EQ(cells.size(), 1u);
  EXPECT_EQ(CellName(program, cells.Coordinate(0)), "");
  EXPECT_EQ(*FindCell(program, cells, ""), 0u);
}

TEST(FindCellTest, FindsEveryCellByItsName) {
  for (const Program& program : {BindPair(), EveryPart()}) {
    const CellSpace cells(program);
    for (uint32_t cell = 0; cell < cells.size(); ++cell) {
      const std::string name = CellName(program, cells.Coordinate(cell));
      ASSERT_OK_AND_ASSIGN(const uint32_t found,
                           FindCell(program, cells, name));
      EXPECT_EQ(found, cell) << name;
    }
  }
}

TEST(FindCellTest, TakesAxesInAnyOrder) {
  const Program program = EveryPart();
  const CellSpace cells(program);
  EXPECT_EQ(*FindCell(program, cells, "[cap=no,type=stream]"),
            *FindCell(program, cells, "[type=stream,cap=no]"));
}

TEST(FindCellTest, SaysWhatIsWrong) {
  const Program program = EveryPart();
  const CellSpace cells(program);
  const auto message = [&](absl::string_view name) {
    const absl::StatusOr<uint32_t> cell = FindCell(program, cells, name);
    EXPECT_FALSE(cell.ok()) << name;
    return std::string(cell.status().message());
  };
  EXPECT_THAT(message("type=stream"), HasSubstr("is no cell"));
  EXPECT_THAT(message("[typ=stream,cap=no]"), HasSubstr("axes are type, cap"));
  EXPECT_THAT(message("[type=tcp,cap=no]"), HasSubstr("stream, dgram"));
  EXPECT_THAT(message("[type=stream]"), HasSubstr("no value of axis cap"));
  EXPECT_THAT(message("[type=stream,type=dgram,cap=no]"),
              HasSubstr("axis type twice"));
  EXPECT_THAT(FindCell(program, cells, "[type=stream,cap=yes]"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("excluded")));
}

TEST(CheckShapeTest, RefusesARecordOfAnotherProgram) {
  EXPECT_OK(CheckShape(Uniform(BindPair()), BindPair()));
  EXPECT_THAT(CheckShape(Uniform(EveryPart()), BindPair()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("4 cells and 2 observations, but its program "
                                 "has 64 and 2")));
}

}  // namespace
}  // namespace sockdrift
