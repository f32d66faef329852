#include "cli/time_words.h"

#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

// Zero for a letter that is no unit.
absl::Duration UnitOf(char letter) {
  switch (letter) {
    case 's':
      return absl::Seconds(1);
    case 'm':
      return absl::Minutes(1);
    case 'h':
      return absl::Hours(1);
    case 'd':
      return absl::Hours(24);
    default:
      return absl::ZeroDuration();
  }
}

}  // namespace

absl::StatusOr<absl::Time> ParseTimeWords(absl::string_view text,
                                          absl::Time now) {
  absl::Time time;
  std::string error;
  for (const char* format : {"%Y-%m-%d%ET%H:%M:%E*S%Ez", "%Y-%m-%d"}) {
    if (absl::ParseTime(format, text, &time, &error)) return time;
  }
  uint32_t number = 0;
  if (!text.empty() && UnitOf(text.back()) > absl::ZeroDuration() &&
      absl::SimpleAtoi(text.substr(0, text.size() - 1), &number)) {
    return now - number * UnitOf(text.back());
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", text,
      "\" is no time: 2026-11-20T12:00:05Z, 2026-11-20 (its midnight, UTC) and "
      "2h or 7d (so long ago) are"));
}

}  // namespace sockdrift
