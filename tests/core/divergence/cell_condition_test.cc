#include "core/divergence/cell_condition.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"

namespace sockdrift {
namespace {

using Relation = CellCondition::Relation;

TEST(FieldOfAddressTest, KnowsFamilyIpAndScope) {
  struct Case {
    const char* address;
    const char* family;
    const char* ip;
    const char* scope;
  };
  for (const Case& c : {
           Case{"0.0.0.0", "inet", "4", "any"},
           Case{"127.9.9.9", "inet", "4", "loopback"},
           Case{"192.0.2.1", "inet", "4", "global"},
           Case{"169.254.0.1", "inet", "4", "link"},
           Case{"239.1.1.1", "inet", "4", "multicast"},
           Case{"255.255.255.255", "inet", "4", "broadcast"},
           Case{"::", "inet6", "6", "any"},
           Case{"::1", "inet6", "6", "loopback"},
           Case{"fe80::1%lo", "inet6", "6", "link"},
           Case{"ff02::1", "inet6", "6", "multicast"},
           Case{"2001:db8::1", "inet6", "6", "global"},
           Case{"::ffff:0.0.0.0", "inet6", "4", "any"},
           Case{"::ffff:127.0.0.1", "inet6", "4", "loopback"},
       }) {
    EXPECT_EQ(FieldOfAddress(c.address, AddressField::kFamily), c.family)
        << c.address;
    EXPECT_EQ(FieldOfAddress(c.address, AddressField::kIp), c.ip) << c.address;
    EXPECT_EQ(FieldOfAddress(c.address, AddressField::kScope), c.scope)
        << c.address;
  }
  for (const char* other : {"", "none", "127.0.0.1:A", "1.2.3"}) {
    EXPECT_EQ(FieldOfAddress(other, AddressField::kFamily), std::nullopt);
  }
}

// Axes a.addr and b.addr of {0.0.0.0, 127.0.0.1, ::, ::1}.
bool HoldsAt(const CellCondition& condition, uint16_t a, uint16_t b) {
  return Holds(condition, testing::BindPair(), {a, 0, b, 0});
}

TEST(HoldsTest, ReadsValuesAndFields) {
  CellCondition condition{0, Relation::kIn, std::nullopt, {"::", "::1"}, 0};
  EXPECT_TRUE(HoldsAt(condition, 2, 0));
  EXPECT_FALSE(HoldsAt(condition, 0, 2));
  condition.relation = Relation::kNotIn;
  EXPECT_FALSE(HoldsAt(condition, 2, 0));
  condition = {0, Relation::kIn, AddressField::kScope, {"any"}, 0};
  EXPECT_TRUE(HoldsAt(condition, 0, 0));
  EXPECT_FALSE(HoldsAt(condition, 1, 0));
}

TEST(HoldsTest, ComparesTwoAxes) {
  CellCondition condition{0, Relation::kSame, std::nullopt, {}, 2};
  EXPECT_TRUE(HoldsAt(condition, 1, 1));
  EXPECT_FALSE(HoldsAt(condition, 1, 2));
  condition.relation = Relation::kDifferent;
  EXPECT_FALSE(HoldsAt(condition, 1, 1));
  EXPECT_TRUE(HoldsAt(condition, 1, 2));
}

TEST(AllHoldTest, IsTrueOfNoCondition) {
  EXPECT_TRUE(AllHold({}, testing::BindPair(), {0, 0, 0, 0}));
}

}  // namespace
}  // namespace sockdrift
