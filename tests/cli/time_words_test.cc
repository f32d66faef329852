#include "cli/time_words.h"

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

TEST(TimeWordsTest, ReadsTimesAndHowLongAgo) {
  const struct {
    const char* text;
    absl::Time time;
  } kCases[] = {
      {"1970-01-02T00:00:01Z", absl::FromUnixSeconds(86401)},
      {"1970-01-02T01:00:01.5+01:00", absl::FromUnixMillis(86401500)},
      {"1970-01-02", absl::FromUnixSeconds(86400)},
      {"90s", kNow - absl::Seconds(90)},
      {"15m", kNow - absl::Minutes(15)},
      {"2h", kNow - absl::Hours(2)},
      {"7d", kNow - absl::Hours(168)},
  };
  for (const auto& one : kCases) {
    ASSERT_OK_AND_ASSIGN(const absl::Time time, ParseTimeWords(one.text, kNow));
    EXPECT_EQ(time, one.time) << one.text;
  }
}

TEST(TimeWordsTest, SaysWhatWouldBeRight) {
  for (const char* text : {"", "yesterday", "-2h", "2", "h", "2026-13-01",
                           "1970-01-02 00:00", "2w"}) {
    EXPECT_THAT(ParseTimeWords(text, kNow),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("2026-11-20T12:00:05Z")))
        << text;
  }
}

}  // namespace
}  // namespace sockdrift
