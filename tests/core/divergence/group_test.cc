#include "core/divergence/group.h"

#include <algorithm>
#include <deque>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::SetOutcome;
using ::sockdrift::testing::SetStatus;
using ::sockdrift::testing::Uniform;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class GroupHostsTest : public ::testing::Test {
 protected:
  // A record with EADDRINUSE at these cells, and these skipped.
  Record Make(const std::vector<size_t>& differs,
              const std::vector<size_t>& skipped = {}) const {
    Record record = Uniform(program_);
    for (size_t cell : differs) SetOutcome(record, 1, cell, "EADDRINUSE");
    for (size_t cell : skipped) {
      SetStatus(record, cell, CellStatus::kSkip, "no capability");
    }
    return record;
  }
  void Add(Record record, size_t hosts = 1) {
    records_.push_back(std::move(record));
    const Digest digest = BehaviourDigest(records_.back(), measurement_);
    for (size_t i = 0; i < hosts; ++i) {
      hosts_.push_back({digest, &records_.back()});
    }
  }
  std::vector<size_t> AllBut(size_t kept) const {
    std::vector<size_t> cells;
    for (size_t i = 0; i < 64; ++i) {
      if (i != kept) cells.push_back(i);
    }
    return cells;
  }

  const Program program_ = BindPair();
  const Digest measurement_ = MeasurementDigest(program_);
  std::deque<Record> records_;
  std::vector<HostRecord> hosts_;
};

TEST_F(GroupHostsTest, HasNoGroupWithoutHosts) {
  EXPECT_THAT(GroupHosts({}).groups, IsEmpty());
}

TEST_F(GroupHostsTest, PutsTheMajorityFirst) {
  Add(Make({3}), 2);
  Add(Make({}), 5);
  Add(Make({3, 4}), 1);
  const Grouping result = GroupHosts(hosts_);
  ASSERT_THAT(result.groups, SizeIs(3));
  EXPECT_THAT(result.groups[0].members, ElementsAre(2, 3, 4, 5, 6));
  EXPECT_THAT(result.groups[1].members, ElementsAre(0, 1));
  EXPECT_THAT(result.groups[2].members, ElementsAre(7));
  EXPECT_EQ(result.groups[0].id, hosts_[2].behaviour.ShortHex());
  EXPECT_FALSE(result.majority_is_tied);
  EXPECT_EQ(result.groups[0].note, "");
}

TEST_F(GroupHostsTest, SaysWhenNoGroupIsTheLargest) {
  Add(Make({}));
  Add(Make({1}));
  const Grouping result = GroupHosts(hosts_);
  EXPECT_TRUE(result.majority_is_tied);
  EXPECT_LT(result.groups[0].behaviour, result.groups[1].behaviour);
}

TEST_F(GroupHostsTest, JoinsHostsThatDifferOnlyInWhatCouldBeTested) {
  Add(Make({3}), 2);
  Add(Make({3}, {10, 11}), 3);
  const Grouping result = GroupHosts(hosts_);
  ASSERT_THAT(result.groups, SizeIs(1));
  EXPECT_THAT(result.groups[0].members, SizeIs(5));
  EXPECT_THAT(result.groups[0].behaviours, SizeIs(2));
  EXPECT_EQ(result.groups[0].behaviour, hosts_[0].behaviour);
  EXPECT_EQ(result.groups[0].partly_tested, 3u);
  EXPECT_EQ(result.groups[0].note,
            "3 of 5 hosts could not test all of the group's 64 cells (at "
            "least 62)");
}

TEST_F(GroupHostsTest, JoinsHostsThatEachLackOtherCells) {
  Add(Make({3}, {10}));
  Add(Make({3}, {11}));
  const Grouping result = GroupHosts(hosts_);
  ASSERT_THAT(result.groups, SizeIs(1));
  EXPECT_EQ(result.groups[0].partly_tested, 2u);
}

TEST_F(GroupHostsTest, LeavesAHostThatFitsSeveralUndecided) {
  Add(Make({}), 3);
  Add(Make({3}), 1);
  Add(Make({}, {3}), 1);
  const Grouping result = GroupHosts(hosts_);
  ASSERT_THAT(result.groups, SizeIs(2));
  ASSERT_THAT(result.undecided, SizeIs(1));
  EXPECT_EQ(result.undecided[0].host, 4u);
  EXPECT_THAT(result.undecided[0].fits, ElementsAre(0, 1));
  EXPECT_THAT(result.undecided[0].reason, HasSubstr("fit 2 groups"));
}

TEST_F(GroupHostsTest, IsUndecidedWhicheverGroupComesFirst) {
  // The second and the third have as many cells DONE; the third fits the first
  // and the second, which differ in cell 0.
  Add(Make({}));
  Add(Make({0}, {1}));
  Add(Make({}, {0}));
  EXPECT_THAT(GroupHosts(hosts_).undecided, SizeIs(1));
  std::reverse(hosts_.begin(), hosts_.end());
  EXPECT_THAT(GroupHosts(hosts_).undecided, SizeIs(1));
}

TEST_F(GroupHostsTest, LeavesAHostThatTestedNothingUndecided) {
  Add(Make({}), 2);
  Record nothing = Uniform(program_);
  for (size_t i = 0; i < 64; ++i) {
    SetStatus(nothing, i, CellStatus::kMiss, "the probe died");
  }
  Add(nothing);
  const Grouping result = GroupHosts(hosts_);
  EXPECT_THAT(result.groups, SizeIs(1));
  ASSERT_THAT(result.undecided, SizeIs(1));
  EXPECT_EQ(result.undecided[0].reason, "no cell was tested");
}

TEST_F(GroupHostsTest, DoesNotJoinHostsWithoutACommonCell) {
  Add(Make({}, AllBut(0)));
  Add(Make({}, AllBut(1)));
  EXPECT_THAT(GroupHosts(hosts_).groups, SizeIs(2));
}

TEST_F(GroupHostsTest, DoesNotDependOnTheOrderOfHosts) {
  Add(Make({}), 3);
  Add(Make({3}), 3);
  Add(Make({}, {3}), 2);
  Add(Make({3}, {5}), 1);
  Add(Make({7}, {3, 5}), 1);
  const Grouping result = GroupHosts(hosts_);
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    std::vector<HostRecord> shuffled = hosts_;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    const Grouping other = GroupHosts(shuffled);
    ASSERT_EQ(other.groups.size(), result.groups.size());
    for (size_t i = 0; i < other.groups.size(); ++i) {
      EXPECT_EQ(other.groups[i].id, result.groups[i].id);
      EXPECT_EQ(other.groups[i].members.size(),
                result.groups[i].members.size());
    }
    EXPECT_EQ(other.undecided.size(), result.undecided.size());
  }
}

TEST_F(GroupHostsTest, GroupsTenThousandHosts) {
  for (size_t i = 0; i < 8; ++i) Add(Make({i}), 1250);
  const Grouping result = GroupHosts(hosts_);
  ASSERT_THAT(result.groups, SizeIs(8));
  for (const Group& group : result.groups) {
    EXPECT_THAT(group.members, SizeIs(1250));
  }
}

}  // namespace
}  // namespace sockdrift
