#include "core/proof/ladder.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"

namespace sockdrift {
namespace {

using testing::BindPair;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::SetOutcome;
using testing::SetStatus;
using ::testing::SizeIs;
using testing::Uniform;

class LadderTest : public ::testing::Test {
 protected:
  // Cells 0 to 2 of bind.b on the host.
  Record Shown(absl::string_view outcome) const {
    Record record = same_;
    for (const uint32_t cell : cells_) SetOutcome(record, 1, cell, outcome);
    return record;
  }
  // In the order of kRungs, `host` left out.
  Climbed Against(const Record* root, const Record* pristine,
                  const Record* replica, const Record* own) const {
    std::vector<RungRecords> rungs;
    for (const Record* record : {root, pristine, replica, own}) {
      rungs.push_back(
          {kRungs[rungs.size()], record, record == nullptr ? nullptr : &same_});
    }
    return Climb(program_, cells_, rungs, /*compared=*/true);
  }

  const Program program_ = BindPair();
  const std::vector<uint32_t> cells_ = {0, 1, 2};
  const Record same_ = Uniform(program_);
  const Record other_ = Shown("EACCES");
};

TEST_F(LadderTest, TheFirstRungOnWhichHostsDifferNamesTheLayer) {
  const Climbed kernel = Against(&other_, &other_, &other_, &other_);
  ASSERT_THAT(kernel.steps, SizeIs(1));
  EXPECT_THAT(kernel.steps[0].layers, ElementsAre(Layer::kKernel));
  EXPECT_THAT(kernel.steps[0].cells, ElementsAre(0u, 1u, 2u));
  EXPECT_EQ(kernel.steps[0].change, "bind.b: ok → EACCES");

  const Climbed cgroup = Against(&same_, &other_, &other_, &other_);
  ASSERT_THAT(cgroup.steps, SizeIs(1));
  EXPECT_EQ(cgroup.steps[0].rung, Rung{World::kPristine});
  EXPECT_THAT(cgroup.steps[0].layers, ElementsAre(Layer::kCgroup));

  const Climbed sysctls = Against(&same_, &same_, &other_, &other_);
  ASSERT_THAT(sysctls.steps, SizeIs(1));
  EXPECT_EQ(sysctls.steps[0].rung, Rung{World::kReplica});
  EXPECT_THAT(sysctls.steps[0].layers, ElementsAre(Layer::kSysctls));
  EXPECT_EQ(sysctls.rungs[1].done, 3u);
  EXPECT_EQ(sysctls.rungs[1].changed, 0u);
  EXPECT_EQ(sysctls.rungs[2].changed, 3u);

  const Climbed in_namespace = Against(&same_, &same_, &same_, &other_);
  ASSERT_THAT(in_namespace.steps, SizeIs(1));
  EXPECT_THAT(in_namespace.steps[0].layers, ElementsAre(Layer::kNamespace));
}

TEST_F(LadderTest, ARungThatIsMissingLeavesItsLayerWithTheNext) {
  const Climbed lowest = Against(nullptr, &other_, &other_, nullptr);
  ASSERT_THAT(lowest.steps, SizeIs(1));
  EXPECT_THAT(lowest.steps[0].layers,
              ElementsAre(Layer::kKernel, Layer::kCgroup));
  const Climbed climbed = Against(nullptr, nullptr, &other_, nullptr);
  ASSERT_THAT(climbed.steps, SizeIs(1));
  EXPECT_THAT(climbed.steps[0].layers,
              ElementsAre(Layer::kKernel, Layer::kCgroup, Layer::kSysctls));
  const Climbed upper = Against(&same_, &same_, nullptr, &other_);
  ASSERT_THAT(upper.steps, SizeIs(1));
  EXPECT_THAT(upper.steps[0].layers,
              ElementsAre(Layer::kSysctls, Layer::kNamespace));
}

TEST_F(LadderTest, EachCellHasItsOwnFirstRung) {
  Record one = same_;
  SetOutcome(one, 1, 0, "EACCES");
  const Climbed climbed = Against(&same_, &one, &other_, &other_);
  ASSERT_THAT(climbed.steps, SizeIs(2));
  EXPECT_THAT(climbed.steps[0].cells, ElementsAre(0u));
  EXPECT_THAT(climbed.steps[1].cells, ElementsAre(1u, 2u));
}

TEST_F(LadderTest, WhatIsNotDoneIsNoOutcome) {
  Record skipped = other_;
  SetStatus(skipped, 1, CellStatus::kSkip, "no privilege");
  const Climbed climbed = Against(nullptr, &same_, &skipped, nullptr);
  ASSERT_THAT(climbed.steps, SizeIs(1));
  EXPECT_THAT(climbed.steps[0].cells, ElementsAre(0u, 2u));
  EXPECT_EQ(climbed.unchanged, 1u);
  EXPECT_EQ(climbed.rungs[2].done, 2u);
  EXPECT_EQ(Against(nullptr, nullptr, nullptr, nullptr).unmeasured, 3u);
}

TEST_F(LadderTest, WithoutAnotherHostRungsAreComparedWithOneAnother) {
  const auto climb = [&](const Record* pristine, const Record* replica,
                         const Record* own) {
    return Climb(program_, cells_,
                 {{kRungs[1], pristine, nullptr},
                  {kRungs[2], replica, nullptr},
                  {kRungs[3], own, nullptr}},
                 /*compared=*/false);
  };
  const Climbed sysctls = climb(&same_, &other_, &other_);
  ASSERT_THAT(sysctls.steps, SizeIs(1));
  EXPECT_THAT(sysctls.steps[0].layers, ElementsAre(Layer::kSysctls));
  EXPECT_EQ(sysctls.rungs[2].changed, 0u);
  const Climbed gap = climb(&same_, nullptr, &other_);
  ASSERT_THAT(gap.steps, SizeIs(1));
  EXPECT_THAT(gap.steps[0].layers,
              ElementsAre(Layer::kSysctls, Layer::kNamespace));
  EXPECT_EQ(climb(&other_, &other_, nullptr).unchanged, 3u);
  // One rung alone compares nothing.
  EXPECT_EQ(climb(&other_, nullptr, nullptr).unmeasured, 3u);
}

TEST(CgroupProgramsTest, AreNoneOnlyWhereTheFactsSaySo) {
  EXPECT_FALSE(HasNoCgroupPrograms({{"cgroup.version", "2"}}));
  EXPECT_FALSE(HasNoCgroupPrograms(
      {{"cgroup.bpf.bind4", "0"}, {"cgroup.bpf.connect4", "2"}}));
  EXPECT_TRUE(HasNoCgroupPrograms(
      {{"cgroup.bpf.bind4", "0"}, {"cgroup.bpf.connect4", "0"}}));
}

TEST(SuspectsTest, AreWhatDiffersAndHasNoRung) {
  const Facts host = {{"cgroup.bpf.bind4", "1"},
                      {"lsm", "apparmor"},
                      {"nftables.in_use", "yes"},
                      {"net.ipv6.bindv6only", "1"}};
  const Facts against = {{"lsm", "none"}, {"nftables.in_use", "no"}};
  EXPECT_THAT(
      Suspects(Layer::kCgroup, host, against),
      ElementsAre("cgroup.bpf.bind4 = 1 (the other host: (not known))"));
  EXPECT_THAT(Suspects(Layer::kKernel, host, against),
              ElementsAre("lsm = apparmor (the other host: none)"));
  EXPECT_THAT(Suspects(Layer::kNamespace, host, against),
              ElementsAre("nftables.in_use = yes (the other host: no)"));
  EXPECT_THAT(Suspects(Layer::kSysctls, host, against), IsEmpty());
}

}  // namespace
}  // namespace sockdrift
