#include "core/divergence/render.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Relation = CellCondition::Relation;

TEST(WithCommasTest, PartsThousands) {
  EXPECT_EQ(WithCommas(0), "0");
  EXPECT_EQ(WithCommas(999), "999");
  EXPECT_EQ(WithCommas(1000), "1,000");
  EXPECT_EQ(WithCommas(1234567), "1,234,567");
}

TEST(RenderConditionTest, SpeaksOfValuesFieldsAndPairs) {
  const Program program = BindPair();
  const auto render = [&](const CellCondition& condition) {
    return RenderCondition(condition, program);
  };
  EXPECT_EQ(render({1, Relation::kIn, std::nullopt, {"none"}, 0}),
            "a.reuse = none");
  EXPECT_EQ(render({0, Relation::kNotIn, std::nullopt, {"::"}, 0}),
            "a.addr ≠ ::");
  EXPECT_EQ(render({0, Relation::kIn, std::nullopt, {"::", "::1"}, 0}),
            "a.addr ∈ {::, ::1}");
  EXPECT_EQ(render({2, Relation::kIn, AddressField::kFamily, {"inet6"}, 0}),
            "b.addr.family = inet6");
  EXPECT_EQ(render({0, Relation::kSame, std::nullopt, {}, 2}),
            "a.addr = b.addr");
  EXPECT_EQ(render({0, Relation::kDifferent, std::nullopt, {}, 2}),
            "a.addr ≠ b.addr");
}

TEST(RenderSummaryTest, CountsWhatCouldNotBeCompared) {
  Comparison comparison;
  comparison.common = 1202;
  comparison.compared.resize(1200);
  comparison.differing.resize(48);
  comparison.done_left_only = 2;
  comparison.only_right = 3;
  EXPECT_EQ(RenderSummary(comparison),
            "48 of 1,200 cells compared differ; 2 tested only in the first; 3 "
            "only in the second's plan");
}

TEST(RenderSummaryTest, NeverTakesNothingComparedForAgreement) {
  Comparison comparison;
  comparison.only_left = 4;
  EXPECT_THAT(RenderSummary(comparison),
              HasSubstr("nothing could be compared"));
  comparison.common = 4;
  comparison.done_neither = 4;
  EXPECT_THAT(RenderSummary(comparison),
              HasSubstr("no cell was tested on both sides"));
}

TEST(WrapTest, BreaksAtBlanksAndIndents) {
  EXPECT_THAT(Wrap("one two three four", 9, 2),
              ElementsAre("one two", "  three", "  four"));
  EXPECT_THAT(Wrap("→→→ →→", 6, 2), ElementsAre("→→→ →→"));
}

std::vector<Rule> ManyRules(size_t count) {
  std::vector<Rule> rules(count);
  for (Rule& rule : rules) {
    rule.where = {{0, Relation::kIn, std::nullopt, {"::"}, 0}};
    rule.change = {1, "EADDRINUSE", "ok"};
    rule.cells = rule.of = rule.added = 10;
  }
  return rules;
}

TEST(RenderRulesTest, FillsAScreenAndCountsTheRest) {
  const Program program = BindPair();
  EXPECT_EQ(RenderRules(ManyRules(5), program, {120, 5}).size(), 5u);
  const std::vector<std::string> lines =
      RenderRules(ManyRules(300), program, {120, 50});
  EXPECT_EQ(lines.size(), 50u);
  EXPECT_EQ(lines.back(), "… and 251 more rules for 2,510 cells");
}

TEST(RenderRulesTest, KeepsToTheWidth) {
  const Program program = BindPair();
  std::vector<Rule> rules = ManyRules(1);
  rules[0].where.push_back(
      {2, Relation::kIn, std::nullopt, {"0.0.0.0", "127.0.0.1", "::1"}, 0});
  const std::vector<std::string> lines = RenderRules(rules, program, {40, 10});
  EXPECT_GT(lines.size(), 1u);
  for (const std::string& line : lines) EXPECT_LE(line.size(), 46u) << line;
}

}  // namespace
}  // namespace sockdrift
