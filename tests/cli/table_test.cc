#include "cli/table.h"

#include <cstdlib>

#include "core/divergence/render.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A console whose standard output has so many columns.
Console OfWidth(int columns, ColorWhen color = ColorWhen::kNever) {
  setenv("COLUMNS", std::to_string(columns).c_str(), 1);
  const Console console(color);
  unsetenv("COLUMNS");
  return console;
}

Table TwoPlans() {
  Table table({{.title = "PLAN", .shrinks = true},
               {.title = "CELLS", .alignment = Alignment::kRight},
               {.title = "TITLE", .shrinks = true}});
  table.Add({"bind.conflict", "10,800", "Two sockets, one address"});
  table.Add({"dual-stack.listener-reach", "45", "Who reaches whom"});
  return table;
}

TEST(TableTest, AlignsNumbersToTheRightAndLeavesNoTrailingSpace) {
  EXPECT_EQ(TwoPlans().Render(OfWidth(120)),
            "PLAN                        CELLS  TITLE\n"
            "bind.conflict              10,800  Two sockets, one address\n"
            "dual-stack.listener-reach      45  Who reaches whom\n");
}

TEST(TableTest, CutsTheWidestColumnThatMayBeCut) {
  EXPECT_EQ(TwoPlans().Render(OfWidth(44)),
            "PLAN                CELLS  TITLE\n"
            "bind.conflict      10,800  Two sockets, one…\n"
            "dual-stack.liste…      45  Who reaches whom\n");
}

TEST(TableTest, NeverShowsALineWiderThanTheTerminal) {
  for (int width = 20; width < 80; ++width) {
    const std::string text = TwoPlans().Render(OfWidth(width));
    size_t begin = 0;
    while (begin < text.size()) {
      const size_t end = text.find('\n', begin);
      EXPECT_LE(DisplayWidth(text.substr(begin, end - begin)),
                static_cast<size_t>(width))
          << text;
      begin = end + 1;
    }
  }
}

TEST(TableTest, CountsColoursAsNoColumns) {
  Table table({{.title = "A"}, {.title = "B"}});
  table.Add({{"bad", Paint::kBad}, "x"});
  EXPECT_EQ(table.Render(OfWidth(80, ColorWhen::kAlways)),
            "\033[1mA\033[0m    \033[1mB\033[0m\n\033[31mbad\033[0m  x\n");
}

TEST(ConsoleTest, CutsAtCodePoints) {
  EXPECT_EQ(CutTo("größer", 4), "grö…");
  EXPECT_EQ(CutTo("größer", 6), "größer");
  EXPECT_EQ(CutTo("größer", 0), "");
}

TEST(ConsoleTest, WrapsAtSpacesWithAnIndent) {
  EXPECT_EQ(Wrapped("one two three four", 9, "  "), "one two\n  three\n  four");
}

TEST(ConsoleTest, CountsWithTheRightWord) {
  EXPECT_EQ(Counted(1, "cell", "cells"), "1 cell");
  EXPECT_EQ(Counted(10800, "cell", "cells"), "10,800 cells");
}

TEST(ConsoleTest, PaintsOnlyWhenItMay) {
  EXPECT_EQ(OfWidth(80, ColorWhen::kNever).Painted("x", Paint::kBad), "x");
  EXPECT_THAT(OfWidth(80, ColorWhen::kAlways).Painted("x", Paint::kBad),
              HasSubstr("\033["));
  EXPECT_THAT(OfWidth(80, ColorWhen::kAlways).Painted("", Paint::kBad),
              Not(HasSubstr("\033[")));
}

}  // namespace
}  // namespace sockdrift
