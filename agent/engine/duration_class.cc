#include "agent/engine/duration_class.h"

#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace sockdrift {

std::optional<int64_t> ParseMilliseconds(absl::string_view text) {
  int64_t unit = 0;
  if (absl::ConsumeSuffix(&text, "ms")) {
    unit = 1;
  } else if (absl::ConsumeSuffix(&text, "s")) {
    unit = 1000;
  }
  int64_t number = 0;
  constexpr int64_t kLongest = 1'000'000'000;
  if (unit == 0 || !absl::SimpleAtoi(text, &number) || number < 0 ||
      number > kLongest) {
    return std::nullopt;
  }
  return number * unit;
}

std::optional<std::vector<int64_t>> ParseMarks(absl::string_view text) {
  std::vector<int64_t> marks;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    const std::optional<int64_t> mark = ParseMilliseconds(part);
    if (!mark.has_value()) return std::nullopt;
    marks.push_back(*mark);
  }
  return marks;
}

int NearestMark(absl::Span<const int64_t> marks_ms, int64_t elapsed_ms) {
  int nearest = -1;
  int64_t distance = 0;
  for (size_t i = 0; i < marks_ms.size(); ++i) {
    const int64_t mark = marks_ms[i];
    const int64_t last = mark == 0 ? 100 : mark + mark / 10;
    if (elapsed_ms < mark - mark / 50 || elapsed_ms > last) continue;
    const int64_t away = std::abs(elapsed_ms - mark);
    if (nearest < 0 || away < distance) {
      nearest = static_cast<int>(i);
      distance = away;
    }
  }
  return nearest;
}

std::string MarkText(int64_t mark_ms) {
  return mark_ms % 1000 == 0 ? absl::StrCat(mark_ms / 1000, "s")
                             : absl::StrCat(mark_ms, "ms");
}

}  // namespace sockdrift
