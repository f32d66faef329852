#include "core/divergence/explain.h"

#include <deque>
#include <random>

#include "core/divergence/fact_relevance.h"
#include "core/divergence/render_explanation.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

// Hosts with facts, of which some are the group.
class ExplainTest : public ::testing::Test {
 protected:
  void Add(bool in_group, Facts facts) {
    (in_group ? group_ : others_).push_back(hosts_.size());
    kept_.push_back(std::move(facts));
    hosts_.push_back(&kept_.back());
  }
  std::vector<Candidate> Explained(const ExplainOptions& options = {}) const {
    return ExplainHosts(hosts_, group_, others_, options);
  }
  std::vector<std::string> Texts(const ExplainOptions& options = {}) const {
    std::vector<std::string> texts;
    for (const Candidate& candidate : Explained(options)) {
      texts.push_back(RenderCandidate(candidate));
    }
    return texts;
  }

  std::deque<Facts> kept_;
  std::vector<const Facts*> hosts_;
  std::vector<size_t> group_;
  std::vector<size_t> others_;
};

TEST_F(ExplainTest, NamesTheSettingThatSeparates) {
  for (int i = 0; i < 3; ++i) {
    Add(true, {{"net.ipv6.bindv6only", "1"}, {"kernel.release", "6.1.0"}});
  }
  for (int i = 0; i < 9; ++i) {
    Add(false, {{"net.ipv6.bindv6only", "0"}, {"kernel.release", "6.1.0"}});
  }
  EXPECT_THAT(Texts(), ElementsAre("net.ipv6.bindv6only = 1: on all 3 hosts of "
                                   "the group, on none of the 9 others "
                                   "(correlation)"));
}

TEST_F(ExplainTest, SaysWhatCannotBeSeparated) {
  for (int i = 0; i < 4; ++i) {
    const bool odd = i < 2;
    Add(odd, {{"net.ipv6.bindv6only", odd ? "1" : "0"},
              {"kernel.release", odd ? "6.1.0-46-amd64" : "6.12.43-amd64"},
              {"os.id", odd ? "debian" : "talos"}});
  }
  EXPECT_THAT(
      Texts(),
      ElementsAre("net.ipv6.bindv6only = 1: on all 2 hosts of the group, on "
                  "none of the 2 others (correlation); always change together "
                  "here, not separable: kernel.release = 6.1.0-46-amd64, os.id "
                  "= debian"));
}

TEST_F(ExplainTest, NeverBlamesWhatCannotBearOnSockets) {
  for (int i = 0; i < 4; ++i) {
    const std::string odd = i < 2 ? "1" : "0";
    Add(i < 2, {{"kernel.cmdline", odd},
                {"label.pool", odd},
                {"net.ipv4.tcp_rmem", odd},
                {"net.core.wmem_max", odd},
                {"net.ipv4.tcp_max_tw_buckets", odd},
                {"host", odd},
                {"boot_id", odd}});
  }
  EXPECT_THAT(Explained(), IsEmpty());
  EXPECT_THAT(RenderCandidates(Explained(), {}),
              ElementsAre("no known fact separates these hosts from the "
                          "others"));
}

TEST_F(ExplainTest, BoundsVersions) {
  for (const char* release : {"6.1.0-46-amd64", "6.1.170-1", "5.10.0-30"}) {
    Add(true, {{"kernel.release", release}});
  }
  for (const char* release : {"6.12.43-amd64", "6.18.0", "6.12.117"}) {
    Add(false, {{"kernel.release", release}});
  }
  EXPECT_THAT(Texts(),
              ElementsAre(StartsWith("kernel.release < 6.12.43-amd64: on all 3 "
                                     "hosts of the group, on none of the 3")));
}

TEST_F(ExplainTest, BoundsNumbersFromBelow) {
  for (const char* start : {"2048", "4096"}) {
    Add(true, {{"net.ipv4.ip_unprivileged_port_start", start}});
  }
  for (const char* start : {"1024", "0", "512"}) {
    Add(false, {{"net.ipv4.ip_unprivileged_port_start", start}});
  }
  EXPECT_THAT(
      Texts(),
      ElementsAre(StartsWith("net.ipv4.ip_unprivileged_port_start ≥ 2048: ")));
}

TEST_F(ExplainTest, SaysNotTheCommonValueOfManyOddOnes) {
  for (const char* start : {"80", "2048", "443"}) {
    Add(true, {{"net.ipv4.ip_unprivileged_port_start", start}});
  }
  for (int i = 0; i < 3; ++i) {
    Add(false, {{"net.ipv4.ip_unprivileged_port_start", "1024"}});
  }
  EXPECT_THAT(
      Texts(),
      ElementsAre(StartsWith("net.ipv4.ip_unprivileged_port_start ≠ 1024: ")));
}

TEST_F(ExplainTest, JoinsTwoFactsWhereNeitherAloneSeparates) {
  for (int i = 0; i < 8; ++i) {
    const bool a = (i & 1) != 0;
    const bool b = (i & 2) != 0;
    Add(a && b, {{"net.ipv4.tcp_tw_reuse", a ? "1" : "0"},
                 {"kernel.release", b ? "6.1.0" : "6.12.0"}});
  }
  const std::vector<std::string> texts = Texts();
  ASSERT_FALSE(texts.empty());
  EXPECT_EQ(texts[0],
            "kernel.release = 6.1.0 and net.ipv4.tcp_tw_reuse = 1: on all 2 "
            "hosts of the group, on none of the 6 others (correlation)");
}

TEST_F(ExplainTest, SaysWhichTermAnInseparableFactGoesWith) {
  for (int i = 0; i < 8; ++i) {
    const char* a = (i & 1) != 0 ? "1" : "0";
    const char* b = (i & 2) != 0 ? "1" : "0";
    Add((i & 3) == 0, {{"net.ipv6.bindv6only", a},
                       {"net.ipv6.ip_nonlocal_bind", b},
                       {"os.id", b}});
  }
  const std::vector<Candidate> candidates = Explained();
  ASSERT_THAT(candidates, SizeIs(1));
  EXPECT_EQ(candidates[0].terms[1].fact, "net.ipv6.ip_nonlocal_bind");
  EXPECT_THAT(candidates[0].inseparable_from, ElementsAre(1u));
  EXPECT_FALSE(candidates[0].tied);
}

TEST_F(ExplainTest, SaysThatCandidatesAreTied) {
  // Each is wrong about one host, and about another one.
  Add(true, {{"net.ipv4.a", "1"}, {"net.ipv4.b", "1"}});
  Add(true, {{"net.ipv4.a", "1"}, {"net.ipv4.b", "1"}});
  Add(false, {{"net.ipv4.a", "1"}, {"net.ipv4.b", "0"}});
  Add(false, {{"net.ipv4.a", "0"}, {"net.ipv4.b", "1"}});
  Add(false, {{"net.ipv4.a", "0"}, {"net.ipv4.b", "0"}});
  ExplainOptions singles;
  singles.max_terms = 1;
  const std::vector<Candidate> candidates = Explained(singles);
  ASSERT_THAT(candidates, SizeIs(2));
  EXPECT_TRUE(candidates[0].tied);
  EXPECT_TRUE(candidates[1].tied);
  // Together they separate, and nothing else does so as well.
  ASSERT_THAT(Explained(), SizeIs(1));
  EXPECT_FALSE(Explained()[0].tied);
}

TEST_F(ExplainTest, NamesWhatCannotBeSeparatedFromATermOnce) {
  for (int i = 0; i < 8; ++i) {
    const char* a = (i & 1) != 0 ? "1" : "0";
    const char* b = (i & 2) != 0 ? "1" : "0";
    Add((i & 3) == 0, {{"net.ipv6.bindv6only", a},
                       {"net.ipv6.conf.all.disable_ipv6", b},
                       {"net.ipv6.conf.lo.disable_ipv6", b}});
  }
  EXPECT_THAT(Texts(),
              ElementsAre("net.ipv6.bindv6only = 0 and "
                          "net.ipv6.conf.all.disable_ipv6 = 0: on all 2 hosts "
                          "of the group, on none of the 6 others "
                          "(correlation); always change together here, not "
                          "separable: net.ipv6.conf.lo.disable_ipv6 = 0"));
}

TEST_F(ExplainTest, JoinsThreeFactsOnlyWhereTwoDoNot) {
  for (int i = 0; i < 16; ++i) {
    const auto bit = [&](int n) { return (i >> n) & 1 ? "1" : "0"; };
    Add((i & 7) == 7, {{"net.ipv4.a", bit(0)},
                       {"net.ipv4.b", bit(1)},
                       {"net.ipv4.c", bit(2)},
                       {"net.ipv4.d", bit(3)}});
  }
  const std::vector<Candidate> candidates = Explained();
  ASSERT_FALSE(candidates.empty());
  EXPECT_THAT(candidates[0].terms, SizeIs(3));
  EXPECT_TRUE(candidates[0].separates());
  ExplainOptions pairs;
  pairs.max_terms = 2;
  for (const Candidate& candidate : Explained(pairs)) {
    EXPECT_LE(candidate.terms.size(), 2u);
    EXPECT_FALSE(candidate.separates());
  }
}

TEST_F(ExplainTest, SaysOrWhereEitherIsEnough) {
  for (int i = 0; i < 12; ++i) {
    const bool a = i < 2;
    const bool b = i >= 2 && i < 4;
    Add(a || b, {{"net.ipv6.conf.all.disable_ipv6", a ? "1" : "0"},
                 {"kernel.cmdline.ipv6.disable", b ? "1" : "0"}});
  }
  EXPECT_THAT(Texts(), ElementsAre(StartsWith(
                           "kernel.cmdline.ipv6.disable = 1 or "
                           "net.ipv6.conf.all.disable_ipv6 = 1: on all 4")));
}

TEST_F(ExplainTest, CountsExceptions) {
  for (int i = 0; i < 10; ++i) {
    Add(true, {{"net.ipv6.bindv6only", i == 0 ? "0" : "1"}});
  }
  for (int i = 0; i < 10; ++i) {
    Add(false, {{"net.ipv6.bindv6only", i == 0 ? "1" : "0"}});
  }
  const std::vector<Candidate> candidates = Explained();
  ASSERT_THAT(candidates, SizeIs(1));
  EXPECT_EQ(candidates[0].covered, 9u);
  EXPECT_EQ(candidates[0].exceptions, 1u);
  EXPECT_FALSE(candidates[0].separates());
  EXPECT_EQ(
      RenderCandidate(candidates[0]),
      "net.ipv6.bindv6only = 1: on 9 of 10 hosts of the group, on 1 of 10 "
      "others (correlation)");
}

TEST_F(ExplainTest, SaysNothingWhereFactsAreNoBetterThanGuessing) {
  for (int i = 0; i < 8; ++i) {
    Add(i % 2 == 0, {{"net.ipv6.bindv6only", i < 4 ? "1" : "0"}});
  }
  EXPECT_THAT(Explained(), IsEmpty());
}

TEST_F(ExplainTest, PrefersAValueToAFactThatIsMerelyMissing) {
  for (int i = 0; i < 6; ++i) {
    const bool odd = i < 2;
    Facts facts = {{"kernel.release", odd ? "6.1.0" : "6.12.0"}};
    if (!odd) facts["net.ipv6.bindv6only"] = "0";
    Add(odd, std::move(facts));
  }
  EXPECT_THAT(
      Texts(),
      ElementsAre("kernel.release = 6.1.0: on all 2 hosts of the group, "
                  "on none of the 4 others (correlation); always change "
                  "together here, not separable: net.ipv6.bindv6only = "
                  "(not known)"));
}

TEST_F(ExplainTest, ExplainsNothingWithoutOthers) {
  Add(true, {{"net.ipv6.bindv6only", "1"}});
  EXPECT_THAT(Explained(), IsEmpty());
}

// A fleet of ten thousand hosts in eight groups, each with a setting of its
// own, among four hundred facts. Bounded by the test's time limit.
TEST_F(ExplainTest, ExplainsALargeFleet) {
  std::mt19937 random(11);
  Grouping grouping;
  grouping.groups.resize(8);
  for (size_t i = 0; i < 10000; ++i) {
    const size_t group = i % 8;
    Facts facts;
    for (int f = 0; f < 400; ++f) {
      facts["net.ipv4.setting_" + std::to_string(f)] =
          f % 20 == 0 ? std::to_string(random() % 5) : "0";
    }
    facts["kernel.module.unique"] = std::to_string(i);
    if (group > 0) facts["net.ipv4.setting_" + std::to_string(group)] = "1";
    grouping.groups[group].members.push_back(i);
    Add(group > 0, std::move(facts));
  }
  const std::vector<GroupExplanation> explained = Explain(hosts_, grouping);
  ASSERT_THAT(explained, SizeIs(8));
  for (size_t group = 1; group < 8; ++group) {
    ASSERT_FALSE(explained[group].against_rest.empty());
    EXPECT_TRUE(explained[group].against_rest[0].separates());
    EXPECT_EQ(explained[group].against_rest[0].terms[0].fact,
              "net.ipv4.setting_" + std::to_string(group));
    ASSERT_FALSE(explained[group].against_majority.empty());
    EXPECT_TRUE(explained[group].against_majority[0].separates());
  }
}

TEST(FactRelevanceTest, GivesEachIrrelevantFactAReason) {
  for (const IrrelevantFact& fact : IrrelevantFacts()) {
    EXPECT_FALSE(fact.reason.empty()) << fact.pattern;
  }
  EXPECT_NE(FindIrrelevant("net.ipv4.tcp_mem"), nullptr);
  EXPECT_NE(FindIrrelevant("label.topology.kubernetes.io/zone"), nullptr);
  EXPECT_EQ(FindIrrelevant("net.ipv6.bindv6only"), nullptr);
  EXPECT_EQ(FindIrrelevant("net.core.somaxconn"), nullptr);
  EXPECT_EQ(FindIrrelevant("kernel.cmdline.ipv6.disable"), nullptr);
}

TEST(FactRelevanceTest,
     PutsSettingsOfSocketsBeforeTheKernelAndThatBeforeNames) {
  EXPECT_LT(Remoteness("virt.kind"), Remoteness("net.core.somaxconn"));
  EXPECT_LT(Remoteness("net.ipv6.bindv6only"), Remoteness("kernel.release"));
  EXPECT_LT(Remoteness("net.ipv6.conf.all.disable_ipv6"),
            Remoteness("net.ipv6.conf.lo.disable_ipv6"));
  EXPECT_LT(Remoteness("kernel.release"), Remoteness("net.ipv4.tcp_sack"));
  EXPECT_LT(Remoteness("kernel.release"), Remoteness("kernel.version"));
  EXPECT_LT(Remoteness("kernel.release"), Remoteness("os.id"));
  EXPECT_LT(Remoteness("os.id"), Remoteness("something.else"));
}

}  // namespace
}  // namespace sockdrift
