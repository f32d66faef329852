#include "core/causes/match.h"

#include "core/causes/render_causes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"

namespace sockdrift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

CellPattern Pattern(absl::string_view text) {
  absl::StatusOr<CellPattern> pattern = CellPattern::Parse(text);
  EXPECT_TRUE(pattern.ok()) << pattern.status();
  return *std::move(pattern);
}

// Kernels of 6.1 let a second socket bind ::1 beside another one there.
Cause LostConflict() {
  Cause cause;
  cause.id = "lost-conflict";
  cause.title = "6.1.y loses a conflict";
  cause.kernels = {{"6.1.5", "6.2", ""}};
  cause.symptoms = {{.match = Pattern("bind.*[a.addr=::1,b.addr=::1]"),
                     .shows = {{"bind.b", {"ok"}}},
                     .others = {{"bind.b", {"EADDRINUSE"}}}}};
  return cause;
}

class MatchTest : public ::testing::Test {
 protected:
  MatchTest() : program_(testing::BindPair()) {
    good_ = testing::Uniform(program_, "EADDRINUSE");
    bad_ = good_;
    // The four cells of ::1 and ::1, and one of another pair.
    for (const size_t cell : {54, 55, 62, 63, 5}) {
      testing::SetOutcome(bad_, 1, cell, "ok");
    }
  }

  ObservedRecord Observed(const Record& record) const {
    return {.program = &program_,
            .measurement = Digest(),
            .ids = {},
            .record = &record};
  }

  CauseMatches Compare(const std::vector<Cause>& causes, const Record& left,
                       const Facts& left_facts, const Record& right,
                       const Facts& right_facts) const {
    const ObservedRecord a = Observed(left);
    const ObservedRecord b = Observed(right);
    return MatchComparison(causes, "bind.x", {&a, &left_facts},
                           {&b, &right_facts}, Align(a, b));
  }

  Program program_;
  Record good_;
  Record bad_;
  Facts old_ = {{"kernel", "6.1.0"},
                {"kernel.version", "#1 SMP Debian 6.1.192-2 (2026-11-01)"}};
  Facts new_ = {{"kernel", "6.18.44"}};
};

TEST_F(MatchTest, NamesNoCauseOfWhatADocumentSays) {
  const std::vector<Cause> causes = {LostConflict()};
  const Facts document = {{"documented", "a vendor's page"}};
  EXPECT_THAT(Compare(causes, good_, new_, bad_, document).found, IsEmpty());
}

TEST_F(MatchTest, NamesTheSideThatShowsTheSymptom) {
  const std::vector<Cause> causes = {LostConflict()};
  const CauseMatches right = Compare(causes, good_, new_, bad_, old_);
  ASSERT_THAT(right.found, SizeIs(1));
  EXPECT_EQ(right.found[0].side, Side::kRight);
  EXPECT_THAT(right.found[0].cells, ElementsAre(54, 55, 62, 63));
  EXPECT_THAT(right.covered, ElementsAre(54, 55, 62, 63));
  EXPECT_EQ(right.found[0].of, 4u);
  EXPECT_TRUE(right.found[0].kernel_named);
  EXPECT_EQ(right.found[0].kernel, "6.1.192");

  const CauseMatches left = Compare(causes, bad_, old_, good_, new_);
  ASSERT_THAT(left.found, SizeIs(1));
  EXPECT_EQ(left.found[0].side, Side::kLeft);
}

TEST_F(MatchTest, TheOtherSideMustAnswerAsOthersDo) {
  Cause cause = LostConflict();
  cause.symptoms[0].others = {{"bind.b", {"EINVAL"}}};
  EXPECT_THAT(Compare({cause}, bad_, old_, good_, new_).found, IsEmpty());
  cause.symptoms[0].others.clear();  // whatever is not `ok`
  EXPECT_THAT(Compare({cause}, bad_, old_, good_, new_).found, SizeIs(1));
  EXPECT_THAT(Compare({cause}, good_, old_, good_, new_).found, IsEmpty());
}

TEST_F(MatchTest, AKernelThatIsNotNamedIsSaid) {
  const std::vector<Cause> causes = {LostConflict()};
  const CauseMatches matches =
      Compare(causes, bad_, {{"kernel", "6.8.0"}}, good_, new_);
  ASSERT_THAT(matches.found, SizeIs(1));
  EXPECT_FALSE(matches.found[0].kernel_named);
  CauseSummary summary;
  summary.Add("bind.x", matches, 5);
  const std::vector<CauseTotal> totals = summary.Totals();
  ASSERT_THAT(totals, SizeIs(1));
  EXPECT_EQ(RenderDoubt(totals[0]),
            ", although its kernel 6.8.0 is none that the cause names (6.1.5 "
            "to before 6.2)");
  EXPECT_EQ(summary.covered(), 4u);
  EXPECT_EQ(summary.uncovered(), 1u);
}

TEST_F(MatchTest, ACauseOfTheOtherKernelIsNotIt) {
  EXPECT_THAT(Compare({LostConflict()}, bad_, new_, good_, old_).found,
              IsEmpty());
}

TEST_F(MatchTest, ACauseThatNamesTheKernelTakesItsCellsAlone) {
  Cause other = LostConflict();
  other.id = "other";
  other.kernels = {{"", "3.0", ""}};
  const std::vector<Cause> causes = {other, LostConflict()};
  const CauseMatches matches = Compare(causes, bad_, old_, good_, new_);
  ASSERT_THAT(matches.found, SizeIs(1));
  EXPECT_EQ(matches.found[0].cause->id, "lost-conflict");
}

TEST_F(MatchTest, AFactThatSpeaksAgainstACauseClearsIt) {
  Cause cause = LostConflict();
  cause.kernels.clear();
  cause.given = {{"net.x", FactCondition::Relation::kEqual, "1"}};
  EXPECT_THAT(Compare({cause}, bad_, {{"net.x", "0"}}, good_, new_).found,
              IsEmpty());
  const CauseMatches met =
      Compare({cause}, bad_, {{"net.x", "1"}}, good_, new_);
  ASSERT_THAT(met.found, SizeIs(1));
  EXPECT_FALSE(met.found[0].given_unknown);
  EXPECT_THAT(
      Compare({cause}, bad_, {{"net.x", "1"}}, good_, {{"net.x", "1"}}).found,
      IsEmpty());
  const CauseMatches unknown = Compare({cause}, bad_, {}, good_, new_);
  ASSERT_THAT(unknown.found, SizeIs(1));
  EXPECT_TRUE(unknown.found[0].given_unknown);
}

TEST_F(MatchTest, WithoutTheFactAGlobSaysNothing) {
  Cause cause = LostConflict();
  cause.kernels.clear();
  cause.given = {{"net.x", FactCondition::Relation::kEqual, "1"}};
  cause.symptoms[0].shows = {{"*", {"ok"}}};
  cause.symptoms[0].others.clear();
  EXPECT_THAT(Compare({cause}, bad_, {{"net.x", "1"}}, good_, new_).found,
              SizeIs(1));
  EXPECT_THAT(Compare({cause}, bad_, {}, good_, new_).found, IsEmpty());
}

TEST_F(MatchTest, ReleasesOfLinuxAreNotMetByWhatOnlyCallsItselfSo) {
  Facts gvisor = old_;
  gvisor["virt.kind"] = "gvisor";
  EXPECT_THAT(Compare({LostConflict()}, bad_, gvisor, good_, new_).found,
              IsEmpty());
}

TEST_F(MatchTest, AGlobSpeaksOfOneObservationOnBothSides) {
  Cause cause = LostConflict();
  cause.symptoms = {{.match = Pattern("*"),
                     .shows = {{"bind.*", {"ok"}}},
                     .others = {{"bind.*", {"E*"}}}}};
  EXPECT_THAT(Compare({cause}, bad_, old_, good_, new_).covered,
              ElementsAre(5, 54, 55, 62, 63));
  // bind.a is EADDRINUSE on both sides: bind.b of the same name decides.
  cause.symptoms[0].shows = {{"bind.?", {"EADDRINUSE"}}};
  cause.symptoms[0].others.clear();
  const CauseMatches matches = Compare({cause}, bad_, new_, good_, new_);
  ASSERT_THAT(matches.found, SizeIs(1));
  EXPECT_EQ(matches.found[0].side, Side::kRight);
  EXPECT_THAT(matches.covered, ElementsAre(5, 54, 55, 62, 63));
  // It says nothing of one record: what is usual there is not known.
  const ObservedRecord bad = Observed(bad_);
  EXPECT_THAT(MatchRecord({cause}, "bind.x", {&bad, &old_}).found, IsEmpty());
}

TEST_F(MatchTest, OneRecordShowsACauseByItself) {
  const std::vector<Cause> causes = {LostConflict()};
  testing::SetStatus(bad_, 63, CellStatus::kSkip, "no second stack");
  const ObservedRecord bad = Observed(bad_);
  const CauseMatches matches = MatchRecord(causes, "bind.x", {&bad, &old_});
  ASSERT_THAT(matches.found, SizeIs(1));
  EXPECT_THAT(matches.found[0].cells, ElementsAre(54, 55, 62));
  EXPECT_EQ(matches.found[0].of, 3u);
  const ObservedRecord good = Observed(good_);
  EXPECT_THAT(MatchRecord(causes, "bind.x", {&good, &old_}).found, IsEmpty());
  EXPECT_THAT(MatchRecord(causes, "udp.x", {&bad, &old_}).found, IsEmpty());
  // Without another record, only the kernel tells a symptom from what is right.
  EXPECT_THAT(MatchRecord(causes, "bind.x", {&bad, &new_}).found, IsEmpty());
}

TEST_F(MatchTest, ASummaryAddsPlansUp) {
  const std::vector<Cause> causes = {LostConflict()};
  const CauseMatches one = Compare(causes, bad_, old_, good_, new_);
  CauseSummary summary;
  summary.Add("bind.x", one, 5);
  summary.Add("bind.y", one, 5);
  const std::vector<CauseTotal> totals = summary.Totals();
  ASSERT_THAT(totals, SizeIs(1));
  EXPECT_EQ(totals[0].cells, 8u);
  EXPECT_THAT(totals[0].plans, ElementsAre("bind.x", "bind.y"));
  EXPECT_EQ(summary.uncovered(), 2u);
}

TEST(KernelVersionTest, IsTheSourceThatWasBuiltWhereFactsTell) {
  EXPECT_EQ(
      KernelVersionOf({{"kernel", "6.18.44"}, {"kernel.version", "#1 SMP @0"}}),
      "6.18.44");
  EXPECT_EQ(KernelVersionOf({{"kernel", "5.10.0"},
                             {"kernel.version", "#1 SMP Debian 5.10.262-1"}}),
            "5.10.262");
  EXPECT_EQ(KernelVersionOf({{"kernel", "6.1.0"},
                             {"kernel.version", "#1 built by 6.12.3"}}),
            "6.1.0");
  EXPECT_EQ(KernelVersionOf({{"kernel", "6.8.0"},
                             {"kernel.upstream", "6.8.12"},
                             {"kernel.version", "#1 SMP"}}),
            "6.8.12");
  EXPECT_EQ(KernelVersionOf({}), "");
}

TEST(KernelVersionTest, ARangeEndsBeforeItsBound) {
  Cause cause;
  EXPECT_TRUE(NamesKernel(cause, "1.0"));
  EXPECT_EQ(RenderKernels(cause), "whatever the kernel");
  cause.kernels = {{"", "6.1.5", ""}, {"6.2", "6.2.8", ""}, {"7.0", "", ""}};
  for (const char* named : {"5.10", "6.1.4", "6.2", "6.2.7", "7.0", "7.2.13"}) {
    EXPECT_TRUE(NamesKernel(cause, named)) << named;
  }
  for (const char* other : {"6.1.5", "6.1.192", "6.2.8", "6.18"}) {
    EXPECT_FALSE(NamesKernel(cause, other)) << other;
  }
  EXPECT_EQ(RenderKernels(cause),
            "before 6.1.5, or 6.2 to before 6.2.8, or from 7.0");
}

}  // namespace
}  // namespace sockdrift
