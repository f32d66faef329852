#include "core/proof/judged.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

FactCondition Is(const char* fact, const char* value) {
  return {fact, FactCondition::Relation::kEqual, value};
}

Proof Shown(ProofVerdict verdict, std::vector<TrialSetting> settings) {
  Proof proof;
  proof.verdict = verdict;
  proof.settings = std::move(settings);
  return proof;
}

// net.a = 1, which always changes together with net.b and the kernel.
Candidate Confounded() {
  Candidate candidate;
  candidate.terms = {Is("net.a", "1")};
  candidate.inseparable = {Is("net.b", "1"), Is("kernel.release", "6.1")};
  candidate.inseparable_from = {0, 0};
  return candidate;
}

std::vector<std::string> NamesOf(const std::vector<FactCondition>& conditions) {
  std::vector<std::string> facts;
  for (const FactCondition& one : conditions) facts.push_back(one.fact);
  return facts;
}

TEST(JudgedTest, WithoutExperimentsNothingChanges) {
  const std::vector<Candidate> candidates = {Confounded()};
  const auto judged = JudgeCandidates(candidates, {});
  ASSERT_THAT(judged, SizeIs(1));
  EXPECT_EQ(judged[0].proof, nullptr);
  EXPECT_EQ(judged[0].candidate.evidence, Evidence::kCorrelation);
  EXPECT_THAT(NamesOf(judged[0].candidate.inseparable),
              ElementsAre("net.b", "kernel.release"));
}

TEST(JudgedTest, WhatIsProvenTakesThePlaceOfWhatIsRefuted) {
  const std::vector<Proof> proofs = {
      Shown(ProofVerdict::kRefuted, {{"net.a", "1", "0"}}),
      Shown(ProofVerdict::kProven, {{"net.b", "1", "0"}})};
  const auto judged = JudgeCandidates({Confounded()}, proofs);
  ASSERT_THAT(judged, SizeIs(2));
  EXPECT_THAT(NamesOf(judged[0].candidate.terms), ElementsAre("net.b"));
  EXPECT_EQ(judged[0].candidate.evidence, Evidence::kProven);
  EXPECT_THAT(NamesOf(judged[0].candidate.inseparable),
              ElementsAre("kernel.release"));
  EXPECT_THAT(NamesOf(judged[1].candidate.terms), ElementsAre("net.a"));
  EXPECT_EQ(judged[1].candidate.evidence, Evidence::kRefuted);
  EXPECT_THAT(judged[1].candidate.inseparable, IsEmpty());
}

TEST(JudgedTest, WhatNobodyTriedComesBeforeWhatIsRefuted) {
  const std::vector<Proof> proofs = {
      Shown(ProofVerdict::kRefuted, {{"net.a", "1", "0"}})};
  Candidate next;
  next.terms = {Is("net.c", "1")};
  next.tied = true;
  const auto judged = JudgeCandidates({Confounded(), next}, proofs);
  ASSERT_THAT(judged, SizeIs(3));
  EXPECT_THAT(NamesOf(judged[0].candidate.terms), ElementsAre("net.b"));
  EXPECT_THAT(NamesOf(judged[1].candidate.terms), ElementsAre("net.c"));
  EXPECT_TRUE(judged[1].candidate.tied);
  EXPECT_THAT(NamesOf(judged[2].candidate.terms), ElementsAre("net.a"));
}

TEST(JudgedTest, ATermOfAPairIsReplacedInItsPlace) {
  Candidate pair;
  pair.terms = {Is("net.a", "1"), Is("net.b", "2")};
  pair.inseparable = {Is("net.c", "3")};
  pair.inseparable_from = {1};
  const std::vector<Hypothesis> hypotheses = HypothesesOf(pair);
  ASSERT_THAT(hypotheses, SizeIs(2));
  EXPECT_THAT(NamesOf(hypotheses[1].terms), ElementsAre("net.a", "net.c"));
  EXPECT_TRUE(HoldsOn(hypotheses[1], {{"net.a", "1"}, {"net.c", "3"}}));
  EXPECT_FALSE(HoldsOn(hypotheses[1], {{"net.a", "1"}, {"net.c", "4"}}));
}

TEST(JudgedTest, AnExperimentIsAboutTheValuesThatItSet) {
  const Hypothesis hypothesis = {{Is("net.a", "1")}, Join::kAll};
  const auto about = [&](std::vector<TrialSetting> settings) {
    return IsAbout(Shown(ProofVerdict::kProven, std::move(settings)),
                   hypothesis);
  };
  EXPECT_TRUE(about({{"net.a", "1", "0"}}));
  // The other way round, of other values, of more settings.
  EXPECT_FALSE(about({{"net.a", "0", "1"}}));
  EXPECT_FALSE(about({{"net.a", "2", "0"}}));
  EXPECT_FALSE(about({{"net.a", "1", "0"}, {"net.b", "1", "0"}}));
  // What could not be tested has no values.
  EXPECT_TRUE(
      IsAbout(Shown(ProofVerdict::kUntested, {{"net.a", "", ""}}), hypothesis));
}

}  // namespace
}  // namespace sockdrift
