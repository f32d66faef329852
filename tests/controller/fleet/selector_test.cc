#include "controller/fleet/selector.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::StatusIs;
using ::testing::HasSubstr;

const Labels kLabels = {{"pool", "canary"}, {"zone", ""}, {"arch", "label"}};
const Facts kFacts = {{"kernel.release", "6.1.0-46-amd64"},
                      {"arch", "x86_64"},
                      {"os.name", "Debian GNU/Linux 12"}};

struct MatchCase {
  const char* selector;
  bool matches;
};

class SelectorMatches : public ::testing::TestWithParam<MatchCase> {};

TEST_P(SelectorMatches, AsItsTextSays) {
  const absl::StatusOr<Selector> selector =
      Selector::Parse(GetParam().selector);
  ASSERT_OK(selector);
  EXPECT_EQ(selector->Matches({"node-1", &kLabels, &kFacts}),
            GetParam().matches)
      << GetParam().selector;
}

INSTANTIATE_TEST_SUITE_P(
    Table, SelectorMatches,
    ::testing::Values(
        MatchCase{"", true}, MatchCase{"  ", true}, MatchCase{"pool", true},
        MatchCase{"!pool", false}, MatchCase{"!gpu", true},
        MatchCase{"gpu", false}, MatchCase{"pool=canary", true},
        MatchCase{"pool==canary", true}, MatchCase{"pool = canary", true},
        MatchCase{"pool=prod", false}, MatchCase{"pool!=prod", true},
        MatchCase{"pool!=canary", false}, MatchCase{"gpu!=yes", true},
        MatchCase{"gpu=yes", false}, MatchCase{"pool in (prod, canary)", true},
        MatchCase{"pool in (prod)", false},
        MatchCase{"pool notin (prod)", true},
        MatchCase{"pool notin (prod,canary)", false},
        MatchCase{"gpu notin (yes)", true}, MatchCase{"gpu in (yes)", false},
        MatchCase{"kernel.release in (6.1.*,6.12.*)", true},
        MatchCase{"kernel.release in (6.12.*)", false},
        MatchCase{"kernel.release=6.1*amd64", true},
        MatchCase{"kernel.release!=6.*", false},
        MatchCase{"kernel.release>=6.1", true},
        MatchCase{"kernel.release>6.1", false},
        MatchCase{"kernel.release<6.12", true},
        MatchCase{"kernel.release<=5.15", false},
        // A label hides a fact.
        MatchCase{"arch=label", true}, MatchCase{"arch=x86_64", false},
        MatchCase{"host=node-1", true}, MatchCase{"host in (node-*)", true},
        MatchCase{"host=node-2", false}, MatchCase{"zone=\"\"", true},
        MatchCase{"os.name=\"Debian GNU/Linux 12\"", true},
        // A star in quotes is a star.
        MatchCase{"kernel.release=\"6.1*\"", false},
        MatchCase{"pool=canary,kernel.release in (6.1.*,6.12.*),!gpu", true},
        MatchCase{"pool=canary,gpu", false},
        // A key that begins with an operator's name.
        MatchCase{"!inner", true}));

struct ErrorCase {
  const char* selector;
  const char* says;
};

class SelectorRefuses : public ::testing::TestWithParam<ErrorCase> {};

TEST_P(SelectorRefuses, WithColumnAndWhatWouldBeRight) {
  EXPECT_THAT(
      Selector::Parse(GetParam().selector),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(GetParam().says)));
}

INSTANTIATE_TEST_SUITE_P(
    Table, SelectorRefuses,
    ::testing::Values(ErrorCase{"=a", "column 1: wanted a key"},
                      ErrorCase{"pool=", "column 6: wanted a value"},
                      ErrorCase{"pool=a b", "column 8: wanted a comma"},
                      ErrorCase{"pool=a,", "column 8: wanted a key"},
                      ErrorCase{"pool in a", "column 9: wanted ("},
                      ErrorCase{"pool in (a", "column 11: wanted a comma or )"},
                      ErrorCase{"pool in ()", "column 10: wanted a value"},
                      ErrorCase{"pool ~ a", "column 6: wanted one of ="},
                      ErrorCase{"pool=\"a", "column 8: wanted the \""},
                      ErrorCase{"!", "column 2: wanted a key"}));

TEST(MatchesWildcard, TakesStarsGreedilyAndBacktracks) {
  EXPECT_TRUE(MatchesWildcard("*", ""));
  EXPECT_TRUE(MatchesWildcard("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(MatchesWildcard("a*b*c", "aXbYbZ"));
  EXPECT_TRUE(MatchesWildcard("a**", "a"));
  EXPECT_FALSE(MatchesWildcard("", "a"));
}

}  // namespace
}  // namespace sockdrift
