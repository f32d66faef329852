#include "core/divergence/separation.h"

#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using Relation = FactCondition::Relation;

FactCondition Is(const char* fact, const char* value) {
  return {fact, Relation::kEqual, value};
}

Candidate Together(const FactCondition& term, const FactCondition& other) {
  Candidate candidate;
  candidate.terms = {term};
  candidate.inseparable = {other};
  candidate.inseparable_from = {0};
  return candidate;
}

TEST(SeparationTest, NamesAHostThatHasOneWithoutTheOther) {
  const Candidate candidate =
      Together(Is("kernel.release", "6.1.0"), Is("cni.plugins", "flannel"));
  const Facts same = {{"kernel.release", "6.1.0"}, {"cni.plugins", "flannel"}};
  const Facts apart = {{"kernel.release", "6.1.0"}, {"cni.plugins", "calico"}};
  EXPECT_EQ(HowToSeparate(candidate, {{"web-1", &same}, {"web-2", &apart}}),
            "run it on web-2, which tells them apart: kernel.release = 6.1.0, "
            "but cni.plugins ≠ flannel");
}

TEST(SeparationTest, SaysWhatAHostWouldHaveToBeLike) {
  const Candidate candidate = Together(
      {"kernel.release", Relation::kLess, "6.12"}, Is("os.id", "debian"));
  const Facts neither = {{"kernel.release", "6.18"}};
  EXPECT_EQ(HowToSeparate(candidate, {{"web-1", &neither}}),
            "no host that is known has one without the other: run it on one "
            "with kernel.release < 6.12 and os.id ≠ debian");
}

TEST(SeparationTest, LeavesToAnExperimentWhatCanBeSet) {
  EXPECT_EQ(HowToSeparate(Together(Is("kernel.release", "6.1.0"),
                                   Is("net.ipv4.tcp_timestamps", "0")),
                          {}),
            "'explain --prove' sets net.ipv4.tcp_timestamps alone in fresh "
            "worlds, which tells them apart");
}

TEST(SeparationTest, AsksNothingOfSeveralNamesOfOneThing) {
  EXPECT_EQ(HowToSeparate(
                Together(Is("kernel.release", "6.1.0"), Is("kernel", "6")), {}),
            "");
  EXPECT_EQ(HowToSeparate(Together(Is("net.ipv6.conf.all.disable_ipv6", "1"),
                                   Is("net.ipv6.conf.lo.disable_ipv6", "1")),
                          {}),
            "");
  EXPECT_EQ(HowToSeparate(Candidate(), {}), "");
}

TEST(SeparationTest, SaysWhereAConditionHolds) {
  const Facts old = {{"kernel.release", "6.1.0"}};
  const Facts newer = {{"kernel.release", "6.18.0"}};
  const FactCondition condition = {"kernel.release", Relation::kLess, "6.12"};
  EXPECT_EQ(WhereItHolds(condition, {{"new", &newer}, {"old", &old}}),
            "run it on old, which has kernel.release < 6.12");
  EXPECT_EQ(WhereItHolds(condition, {{"new", &newer}}),
            "run it on another host with kernel.release < 6.12");
}

TEST(HoldsOnTest, AnUnknownFactIsNeitherBelowNorAbove) {
  const FactCondition below = {"kernel.release", Relation::kLess, "6.12"};
  EXPECT_FALSE(HoldsOn(below, {}));
  EXPECT_TRUE(HoldsOn({"a", Relation::kNotEqual, "1"}, {}));
  EXPECT_TRUE(HoldsOn({"a", Relation::kEqual, kUnknownFact}, {}));
  EXPECT_TRUE(HoldsOn(below, {{"kernel.release", "6.1"}}));
}

}  // namespace
}  // namespace sockdrift
