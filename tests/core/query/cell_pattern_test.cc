#include "core/query/cell_pattern.h"

#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;

size_t CountMatches(const std::string& text) {
  const Program program = testing::BindPair();
  const absl::StatusOr<CellPattern> pattern = CellPattern::Parse(text);
  EXPECT_TRUE(pattern.ok()) << pattern.status();
  const CellSpace cells(program);
  size_t count = 0;
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    count += pattern->MatchesCell(program, cells.Coordinate(cell));
  }
  return count;
}

TEST(GlobTest, StarsStandForAnyCharacters) {
  EXPECT_TRUE(MatchesGlob("bind.*", "bind.conflict"));
  EXPECT_TRUE(MatchesGlob("*", ""));
  EXPECT_TRUE(MatchesGlob("**", "reuse.restart"));
  EXPECT_TRUE(MatchesGlob("*.re*t", "reuse.restart"));
  EXPECT_TRUE(MatchesGlob("b?nd", "bind"));
  EXPECT_FALSE(MatchesGlob("bind.*", "rebind.conflict"));
  EXPECT_FALSE(MatchesGlob("bind", "bind.conflict"));
  EXPECT_FALSE(MatchesGlob("b?nd", "bnd"));
}

TEST(CellPatternTest, NamesCellsByTheValuesOfAxes) {
  EXPECT_EQ(CountMatches("*"), 64u);
  EXPECT_EQ(CountMatches("x[a.addr=::1]"), 16u);
  EXPECT_EQ(CountMatches("x[a.addr=::1,b.addr=::1]"), 4u);
  EXPECT_EQ(CountMatches("x[a.addr=::1|::]"), 32u);
  EXPECT_EQ(CountMatches("x[a.addr!=::1]"), 48u);
  EXPECT_EQ(CountMatches("x[a.addr=:*]"), 32u);
  EXPECT_EQ(CountMatches("x[a.addr.family=inet6]"), 32u);
  EXPECT_EQ(CountMatches("x[a.addr.scope!=loopback]"), 32u);
}

TEST(CellPatternTest, AnAxisThatTheProgramLacksHoldsNowhere) {
  EXPECT_EQ(CountMatches("x[nope=1]"), 0u);
  EXPECT_EQ(CountMatches("x[nope!=1]"), 0u);
  EXPECT_EQ(CountMatches("x[nope.family=inet]"), 0u);
}

TEST(CellPatternTest, RefusesWhatIsNoPattern) {
  for (const char* wrong :
       {"", "[a=b]", "bind.*[a=b", "bind.*[a]", "bind.*[=b]", "bind.*[!=b]",
        "bind.*[a=]", "bind.*[a=b|]", "bind.*[]", "two words", "a,b"}) {
    const absl::StatusOr<CellPattern> pattern = CellPattern::Parse(wrong);
    ASSERT_FALSE(pattern.ok()) << wrong;
    EXPECT_THAT(std::string(pattern.status().message()),
                HasSubstr("a pattern is PLAN"));
  }
}

}  // namespace
}  // namespace sockdrift
