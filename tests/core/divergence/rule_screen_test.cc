#include "core/divergence/rule_screen.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What the numbers add up to that lines begin with.
uint64_t Sum(const std::vector<std::string>& lines) {
  uint64_t sum = 0;
  for (const std::string& line : lines) {
    const size_t end = line.find_first_not_of(" 0123456789,");
    uint64_t number = 0;
    if (line.starts_with(" ") &&
        absl::SimpleAtoi(
            absl::StrReplaceAll(absl::StripAsciiWhitespace(line.substr(0, end)),
                                {{",", ""}}),
            &number)) {
      sum += number;
    }
  }
  return sum;
}

ScreenBlock Block(const std::string& name,
                  const std::vector<uint64_t>& counts) {
  ScreenBlock block = {name, absl::StrCat(name, ": heading"), {}};
  for (const uint64_t count : counts) {
    block.rules.push_back({absl::StrCat("rule of ", name), count});
  }
  return block;
}

ScreenLimits Limits(size_t lines, size_t width = 60) {
  ScreenLimits limits;
  limits.width = width;
  limits.lines = lines;
  return limits;
}

TEST(RuleScreenTest, ShowsAllThatFits) {
  EXPECT_THAT(
      RenderScreen({Block("a", {5}), Block("b", {1200, 3})}, Limits(20)),
      ElementsAre("b: heading", "  1,200  rule of b", "      3  rule of b",
                  "a: heading", "      5  rule of a"));
  EXPECT_THAT(RenderScreen({}, Limits(20)), IsEmpty());
}

TEST(RuleScreenTest, CountsWhatDoesNotFit) {
  EXPECT_THAT(RenderScreen({Block("a", {50, 9, 8, 7}), Block("b", {40, 10, 1}),
                            Block("c", {4}), Block("d", {3})},
                           Limits(7)),
              ElementsAre("a: heading", "     50  rule of a",
                          "     24  by 3 more rules", "b: heading",
                          "     40  rule of b", "     11  by 2 more rules",
                          "      7  in 2 more: c 4, d 3"));
}

TEST(RuleScreenTest, OneMoreRuleTakesTheLineThatCountedIt) {
  EXPECT_THAT(
      RenderScreen({Block("a", {50, 9})}, Limits(3)),
      ElementsAre("a: heading", "     50  rule of a", "      9  rule of a"));
  EXPECT_THAT(RenderScreen({Block("a", {50, 9, 8})}, Limits(3)),
              ElementsAre("a: heading", "     50  rule of a",
                          "     17  by 2 more rules"));
}

TEST(RuleScreenTest, RulesThatAddNothingAreLeftOut) {
  EXPECT_THAT(RenderScreen({Block("a", {5, 0}), Block("b", {0})}, Limits(9)),
              ElementsAre("a: heading", "      5  rule of a"));
}

TEST(RuleScreenTest, ALimitOfRulesIsOfEveryBlock) {
  ScreenLimits limits;
  limits.rules = 1;
  EXPECT_THAT(RenderScreen({Block("a", {5, 4}), Block("b", {3, 2, 1})}, limits),
              ElementsAre("a: heading", "      5  rule of a",
                          "      4  by 1 more rule", "b: heading",
                          "      3  rule of b", "      3  by 2 more rules"));
}

TEST(RuleScreenTest, LongTextsHangBesideTheirNumbers) {
  ScreenBlock block = {"a", "a: heading", {}};
  block.rules.push_back({"all with x = 1 and y = 2 and z = 3: bind: ok", 7});
  EXPECT_THAT(
      RenderScreen({block}, Limits(9, 40)),
      ElementsAre("a: heading", "      7  all with x = 1 and y = 2 and z",
                  "         = 3: bind: ok"));
}

TEST(RuleScreenTest, WhateverFitsEveryCellIsInOneLine) {
  std::vector<ScreenBlock> blocks;
  uint64_t cells = 0;
  uint32_t random = 1;
  for (int i = 0; i < 40; ++i) {
    std::vector<uint64_t> counts;
    for (int j = 0; j <= i % 7; ++j) {
      random = random * 1664525 + 1013904223;
      counts.push_back((random >> 16) % 900);
      cells += counts.back();
    }
    std::sort(counts.rbegin(), counts.rend());
    blocks.push_back(Block(absl::StrCat("bind.plan-", i), counts));
  }
  for (size_t lines = 1; lines < 150; ++lines) {
    ScreenLimits limits = Limits(lines, 80);
    limits.more = "--rules N shows more";
    const std::vector<std::string> screen = RenderScreen(blocks, limits);
    EXPECT_EQ(Sum(screen), cells) << lines;
    EXPECT_LE(screen.size(), lines);
    for (const std::string& line : screen) EXPECT_LE(line.size(), 80u) << line;
  }
}

}  // namespace
}  // namespace sockdrift
