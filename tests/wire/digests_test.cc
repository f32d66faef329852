#include "wire/digests.h"

#include <set>

#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::Constant;
using ::sockdrift::testing::EveryPart;
using ::sockdrift::testing::OfAxis;
using ::sockdrift::testing::SetOutcome;
using ::sockdrift::testing::SetStatus;
using ::sockdrift::testing::Uniform;

// FIPS 180-4's own examples.
TEST(Sha256Test, AgreesWithTheStandard) {
  EXPECT_EQ(Sha256("").Hex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256("abc").Hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(MeasurementDigestTest, FollowsEachPartThatIsMeasured) {
  std::set<std::string> digests;
  const auto add = [&](void (*change)(Program&)) {
    Program program = EveryPart();
    change(program);
    return digests.insert(MeasurementDigest(program).Hex()).second;
  };
  EXPECT_TRUE(add([](Program&) {}));
  EXPECT_TRUE(add([](Program& p) { p.isolation = Isolation::kPlan; }));
  EXPECT_TRUE(add([](Program& p) { p.repeats = 2; }));
  EXPECT_TRUE(add([](Program& p) { p.users.pop_back(); }));
  EXPECT_TRUE(add([](Program& p) { p.hosts[0].ipv6 = true; }));
  EXPECT_TRUE(add([](Program& p) { p.ports[0].last = 81; }));
  EXPECT_TRUE(add([](Program& p) { p.settings.pop_back(); }));
  EXPECT_TRUE(add([](Program& p) { p.excluded.pop_back(); }));
  EXPECT_TRUE(add([](Program& p) { p.axes[0].values[0] = "tcp"; }));
  EXPECT_TRUE(add([](Program& p) { p.steps[1].always = false; }));
  EXPECT_FALSE(add([](Program&) {}));
}

TEST(CellIdsTest, AreUniqueWhereTheCallsDiffer) {
  const std::vector<CellId> ids = CellIds(BindPair());
  const std::set<CellId> unique(ids.begin(), ids.end());
  EXPECT_EQ(ids.size(), 64u);
  EXPECT_EQ(unique.size(), ids.size());
}

TEST(CellIdsTest, StayWhenAnAxisGainsAValue) {
  const std::vector<CellId> before = CellIds(BindPair({"::", "::1"}));
  const std::vector<CellId> after = CellIds(BindPair({"::", "::1", "0.0.0.0"}));
  const std::set<CellId> later(after.begin(), after.end());
  for (const CellId& id : before) EXPECT_EQ(later.count(id), 1u);
}

TEST(CellIdsTest, StayWhenAnAxisNamesItsValuesOtherwise) {
  Program program = BindPair();
  const std::vector<CellId> before = CellIds(program);
  program.axes[1].values = {"without", "with"};
  EXPECT_EQ(CellIds(program), before);
}

TEST(CellIdsTest, StayWhereANewOptionIsUnset) {
  Program program = BindPair();
  const std::vector<CellId> before = CellIds(program);
  program.axes.push_back({"v6only", {"unset", "1"}});
  Step option;
  option.operation = Operation::kSetsockopt;
  option.fields = {{FieldId::kOf, Constant("a")},
                   {FieldId::kName, Constant("IPV6_V6ONLY")},
                   {FieldId::kValue, OfAxis(4, {std::nullopt, "1"})}};
  program.steps.insert(program.steps.begin() + 1, option);
  const std::vector<CellId> after = CellIds(program);
  ASSERT_EQ(after.size(), 2 * before.size());
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(after[2 * i], before[i]);
    EXPECT_NE(after[2 * i + 1], before[i]);
  }
}

TEST(CellIdsTest, TellABodyFromWhatFollowsIt) {
  Program inside = EveryPart();
  Program behind = EveryPart();
  inside.steps[4].body = 1;
  behind.steps.erase(behind.steps.begin() + 4);
  behind.steps[2].body = 1;
  inside.steps.erase(inside.steps.begin() + 4);
  inside.steps[2].body = 2;
  EXPECT_NE(CellIds(inside), CellIds(behind));
}

TEST(CellIdsTest, LeaveOutTheBodyOfALoopThatIsLeftOut) {
  Program program = EveryPart();
  program.steps[2].guards = {{0, {0}}};
  Program without = EveryPart();
  without.steps.resize(2);
  const std::vector<CellId> ids = CellIds(program);
  const std::vector<CellId> wanted = CellIds(without);
  const CellSpace cells(program);
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    EXPECT_EQ(ids[cell] == wanted[cell], cells.Coordinate(cell)[0] == 1);
  }
}

// Bounded by the test's own time limit.
TEST(CellIdsTest, NameSixtyThousandCells) {
  std::vector<std::string> addresses;
  for (int i = 0; i < 123; ++i) {
    addresses.push_back("10.0.0." + std::to_string(i));
  }
  const std::vector<CellId> ids = CellIds(BindPair(addresses));
  ASSERT_EQ(ids.size(), 60516u);
  EXPECT_EQ(std::set<CellId>(ids.begin(), ids.end()).size(), ids.size());
}

TEST(BehaviourDigestTest, KnowsNothingOfWhyACellWasNotTested) {
  const Program program = BindPair();
  const Digest measurement = MeasurementDigest(program);
  Record skipped = Uniform(program);
  Record failed = Uniform(program);
  SetStatus(skipped, 3, CellStatus::kSkip, "no capability");
  SetStatus(failed, 3, CellStatus::kError, "the probe died");
  EXPECT_EQ(BehaviourDigest(skipped, measurement),
            BehaviourDigest(failed, measurement));
  EXPECT_NE(RecordDigest(skipped, measurement),
            RecordDigest(failed, measurement));
  EXPECT_NE(BehaviourDigest(skipped, measurement),
            BehaviourDigest(Uniform(program), measurement));
}

TEST(BehaviourDigestTest, FollowsOutcomesAndMeasurement) {
  const Program program = BindPair();
  const Digest measurement = MeasurementDigest(program);
  const Record record = Uniform(program);
  Record other = record;
  SetOutcome(other, 1, 5, "EADDRINUSE");
  EXPECT_NE(BehaviourDigest(record, measurement),
            BehaviourDigest(other, measurement));
  EXPECT_NE(BehaviourDigest(record, measurement),
            BehaviourDigest(record, Sha256("another")));
}

TEST(GenomeDigestTest, DoesNotDependOnTheOrder) {
  const PlanBehaviour a = {Sha256("a"), Sha256("1")};
  const PlanBehaviour b = {Sha256("b"), Sha256("2")};
  EXPECT_EQ(GenomeDigest({a, b}), GenomeDigest({b, a}));
  EXPECT_NE(GenomeDigest({a, b}), GenomeDigest({a}));
  EXPECT_NE(GenomeDigest({a, b}), GenomeDigest({{a.measurement, b.behaviour},
                                                {b.measurement, a.behaviour}}));
}

}  // namespace
}  // namespace sockdrift
