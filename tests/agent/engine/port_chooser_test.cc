#include "agent/engine/port_chooser.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

// All ports of a class, as often as there are any.
std::set<uint16_t> All(PortChooser& ports, PortClass port_class) {
  std::set<uint16_t> all;
  while (const uint16_t port = ports.Take(port_class)) all.insert(port);
  return all;
}

TEST(PortChooserTest, StaysOutsideWhatIsTaken) {
  PortRules rules;
  rules.unprivileged_start = 2000;
  rules.ephemeral_first = 2010;
  rules.ephemeral_last = 2019;
  rules.reserved = {2003};
  rules.in_use = {2005};
  rules.last = 2022;
  PortChooser ports(rules, {{2007}});
  EXPECT_THAT(All(ports, PortClass::kAny),
              ::testing::ElementsAre(2000, 2001, 2002, 2004, 2006, 2008, 2009,
                                     2020, 2021, 2022));
  EXPECT_FALSE(ports.any_is_ephemeral());
}

TEST(PortChooserTest, TakesEphemeralOnesWhenNoneIsLeft) {
  PortRules rules;
  rules.ephemeral_first = 1024;
  rules.ephemeral_last = 65535;
  rules.first = 3000;
  rules.last = 3002;
  PortChooser ports(rules, {});
  EXPECT_TRUE(ports.any_is_ephemeral());
  EXPECT_THAT(All(ports, PortClass::kAny),
              ::testing::ElementsAre(3000, 3001, 3002));
}

TEST(PortChooserTest, ClassesHaveTheirRanges) {
  PortRules rules;
  rules.unprivileged_start = 0;
  PortChooser ports(rules, {});
  EXPECT_EQ(ports.SizeOf(PortClass::kLow), 1023u);
  EXPECT_EQ(ports.SizeOf(PortClass::kEphemeral), 60999u - 32768 + 1);
  EXPECT_EQ(ports.SizeOf(PortClass::kNodeport), 32767u - 30000 + 1);
  // Low ports stay apart even where everybody may bind them.
  EXPECT_EQ(*All(ports, PortClass::kAny).begin(), 1024);
  rules.first = 40000;
  EXPECT_EQ(PortChooser(rules, {}).SizeOf(PortClass::kLow), 0u);
}

TEST(PortChooserTest, TheOneGivenBackLongestAgoComesFirst) {
  PortRules rules;
  rules.first = 5000;
  rules.last = 5003;
  PortChooser ports(rules, {});
  const uint16_t first = ports.Take(PortClass::kAny);
  ports.GiveBack(first);
  EXPECT_NE(ports.Take(PortClass::kAny), first);
  EXPECT_NE(ports.Take(PortClass::kAny), first);
  EXPECT_NE(ports.Take(PortClass::kAny), first);
  EXPECT_EQ(ports.Take(PortClass::kAny), first);
  EXPECT_EQ(ports.Take(PortClass::kAny), 0);
}

TEST(PortChooserTest, NamedRangesRotateToo) {
  PortChooser ports(PortRules{}, {});
  std::set<uint16_t> seen;
  for (int i = 0; i < 3; ++i) seen.insert(ports.TakeWithin(40000, 40002));
  EXPECT_THAT(seen, ::testing::ElementsAre(40000, 40001, 40002));
  EXPECT_EQ(ports.TakeWithin(40000, 40002), 0);
  ports.GiveBack(40001);
  EXPECT_EQ(ports.TakeWithin(40000, 40002), 40001);
}

TEST(PortChooserTest, FollowsTheWorldAndKeepsWhatIsTaken) {
  PortRules rules;
  rules.first = 2000;
  rules.last = 2003;
  PortChooser ports(rules, {});
  const uint16_t taken = ports.Take(PortClass::kAny);
  rules.ephemeral_first = 2002;
  ports.Follow(rules, {});
  EXPECT_EQ(taken, 2000);
  EXPECT_THAT(All(ports, PortClass::kAny), ::testing::ElementsAre(2001));
  EXPECT_THAT(All(ports, PortClass::kEphemeral),
              ::testing::ElementsAre(2002, 2003));
}

}  // namespace
}  // namespace sockdrift
