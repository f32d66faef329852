// What can be said of any screen of rules: how large it is, and what the
// numbers add up to that its lines begin with.
#ifndef SOCKDRIFT_TESTS_CLI_SCREEN_LINES_H_
#define SOCKDRIFT_TESTS_CLI_SCREEN_LINES_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"

namespace sockdrift::testing {

// The number that a rule's line, or one that stands for others, begins with;
// 0 for any other line.
inline uint64_t NumberOf(absl::string_view line) {
  if (line.size() < 9 || line.substr(7, 2) != "  ") return 0;
  uint64_t number = 0;
  const std::string digits =
      absl::StrReplaceAll(line.substr(0, 7), {{",", ""}});
  return absl::SimpleAtoi(digits, &number) ? number : 0;
}

// At most 50 lines of 120 columns, and `cells` counted in them, each once.
inline void ExpectOneScreen(const std::string& text, uint64_t cells) {
  const std::vector<absl::string_view> lines =
      absl::StrSplit(absl::StripSuffix(text, "\n"), '\n');
  uint64_t sum = 0;
  for (const absl::string_view line : lines) {
    const auto columns = std::count_if(
        line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; });
    EXPECT_LE(columns, 120) << line;
    sum += NumberOf(line);
  }
  EXPECT_LE(lines.size(), 50u) << text;
  EXPECT_EQ(sum, cells) << text;
}

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_CLI_SCREEN_LINES_H_
