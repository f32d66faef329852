#include "tests/catalogue/implication.h"

#include "gtest/gtest.h"

namespace sockdrift::testing {
namespace {

OutcomeCondition Is(uint16_t observation, std::vector<std::string> outcomes) {
  return {.observation = observation, .outcomes = std::move(outcomes)};
}

Expectation In(std::vector<uint32_t> cells, OutcomeCondition expected) {
  Expectation expectation;
  expectation.checks.push_back(
      {.cells = std::move(cells), .where = {}, .expected = {expected}});
  return expectation;
}

TEST(ImpliesTest, WhereCellsAreMoreAndOutcomesFewer) {
  const Expectation strong = In({0, 1, 2}, Is(0, {"ok"}));
  EXPECT_TRUE(Implies(strong, In({0, 2}, Is(0, {"ok", "EACCES"}))));
  EXPECT_TRUE(Implies(strong, In({1}, Is(0, {"ok"}))));
  EXPECT_FALSE(Implies(strong, In({2, 3}, Is(0, {"ok"}))));
  EXPECT_FALSE(Implies(strong, In({0}, Is(1, {"ok"}))));
  EXPECT_FALSE(Implies(In({0}, Is(0, {"ok", "EACCES"})), strong));
}

TEST(ImpliesTest, ANegationIsLooserThanWhatItLetsIn) {
  OutcomeCondition anything_but = Is(0, {"EACCES"});
  anything_but.negated = true;
  EXPECT_TRUE(Implies(In({0}, Is(0, {"ok"})), In({0}, anything_but)));
  EXPECT_FALSE(Implies(In({0}, Is(0, {"EACCES"})), In({0}, anything_but)));
  EXPECT_FALSE(Implies(In({0}, anything_but), In({0}, Is(0, {"ok"}))));
}

TEST(ImpliesTest, OnlyOnTheSameHostsOrMore) {
  Expectation bound = In({0}, Is(0, {"ok"}));
  bound.given.push_back({.fact = "net.ipv6.bindv6only", .value = "0"});
  const Expectation free = In({0}, Is(0, {"ok"}));
  EXPECT_TRUE(Implies(free, bound));
  EXPECT_FALSE(Implies(bound, free));
}

TEST(ImpliesTest, OnlyUnderTheSameConditionsOrFewer) {
  Expectation where_reached = In({0}, Is(0, {"ok"}));
  where_reached.checks[0].where.push_back(Is(1, {"ok"}));
  const Expectation everywhere = In({0}, Is(0, {"ok"}));
  EXPECT_TRUE(Implies(everywhere, where_reached));
  EXPECT_FALSE(Implies(where_reached, everywhere));
}

}  // namespace
}  // namespace sockdrift::testing
