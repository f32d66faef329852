#include "cli/suggest.h"

#include "gtest/gtest.h"

namespace sockdrift {
namespace {

TEST(EditDistanceTest, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(EditDistance("bind", "bind"), 0U);
  EXPECT_EQ(EditDistance("bnd", "bind"), 1U);
  EXPECT_EQ(EditDistance("binds", "bind"), 1U);
  EXPECT_EQ(EditDistance("bond", "bind"), 1U);
  EXPECT_EQ(EditDistance("bnid", "bind"), 1U);
  EXPECT_EQ(EditDistance("", "bind"), 4U);
}

TEST(NearestTest, FindsATypingError) {
  const std::vector<std::string> plans = {"bind.conflict", "reuse.restart"};
  EXPECT_EQ(Nearest("bind.conflit", plans), "bind.conflict");
  EXPECT_EQ(Nearest("reuse-restart", plans), "reuse.restart");
}

TEST(NearestTest, FindsAPartOfTheName) {
  EXPECT_EQ(Nearest("conflict", {"bind.conflict", "reuse.restart"}),
            "bind.conflict");
}

TEST(NearestTest, SuggestsNothingThatIsFar) {
  EXPECT_EQ(Nearest("multicast", {"bind.conflict", "reuse.restart"}), "");
  EXPECT_EQ(Nearest("x", {}), "");
}

}  // namespace
}  // namespace sockdrift
