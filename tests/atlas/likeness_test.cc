#include "atlas/likeness.h"

#include "atlas/entry_order.h"
#include "atlas/likeness_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "wire/behaviour_file.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::SetOutcome;
using ::sockdrift::testing::SetStatus;
using ::sockdrift::testing::Uniform;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class LikenessTest : public ::testing::Test {
 protected:
  LikenessTest()
      : program_(BindPair()),
        measurement_(MeasurementDigest(program_)),
        usual_(Uniform(program_)) {}

  void AddEntry(const std::string& name, const Record& record,
                Facts facts = {}) {
    HostBehaviour host = {name, std::move(facts), absl::UnixEpoch(), {}};
    host.entries.push_back(
        {"bind.pair", World::kReplica, measurement_, record, {}});
    file_.hosts.push_back(std::move(host));
  }

  Record With(std::vector<size_t> cells) const {
    Record record = usual_;
    for (const size_t cell : cells) SetOutcome(record, 1, cell, "EADDRINUSE");
    return record;
  }

  // Opens the atlas and ranks the record.
  std::vector<Likeness> Rank(const Record& record) {
    file_.programs = {program_};
    SortEntries(file_.hosts);
    bytes_ = EncodeBehaviourFile(file_);
    absl::StatusOr<Atlas> opened = Atlas::Open(bytes_, "test");
    EXPECT_TRUE(opened.ok()) << opened.status();
    atlas_.emplace(*std::move(opened));
    const std::vector<ShownPlan> shown = {
        {"bind.pair",
         {&program_, measurement_, {}, &record},
         RecordDigest(record, measurement_)}};
    const auto ranked = EntryRanker(*atlas_).Rank(shown);
    EXPECT_TRUE(ranked.ok()) << ranked.status();
    return *ranked;
  }

  std::vector<std::string> NamesOf(absl::Span<const Likeness> ranked) {
    std::vector<std::string> names;
    for (const Likeness& one : ranked) names.push_back(one.entry->host);
    return names;
  }

  Program program_;
  Digest measurement_;
  Record usual_;
  BehaviourFile file_;
  std::string bytes_;
  std::optional<Atlas> atlas_;
};

TEST_F(LikenessTest, RanksByTheCellsThatDiffer) {
  AddEntry("5.10", With({1, 2, 3}));
  AddEntry("6.1", With({1}));
  AddEntry("6.12", With({1, 2}));
  const std::vector<Likeness> ranked = Rank(usual_);
  EXPECT_THAT(NamesOf(ranked), ElementsAre("6.1", "6.12", "5.10"));
  EXPECT_EQ(ranked[0].differing, 1u);
  EXPECT_EQ(ranked[0].compared, 64u);
  EXPECT_THAT(ranked[0].plans, ElementsAre("bind.pair"));
  EXPECT_EQ(Nearest(ranked).size(), 1u);
}

TEST_F(LikenessTest, NamesEntriesThatAreAlikeAsRanges) {
  for (const char* name : {"5.10", "6.12", "6.16", "6.17", "7.2"}) {
    AddEntry(name, usual_);
  }
  AddEntry("6.1", With({1}));
  AddEntry("6.12-odd", usual_, {{atlas_fact::kVariantOf, "6.12"}});
  AddEntry("gvisor", usual_);
  const std::vector<Likeness> ranked = Rank(usual_);
  EXPECT_EQ(NameEntries(*atlas_, Nearest(ranked)), "5.10 and 6.12 to 7.2");
  EXPECT_EQ(NameEntries(*atlas_, ranked), "5.10 to 7.2, 6.12-odd and gvisor");
}

TEST_F(LikenessTest, AVariantAsNearAsAReleaseIsNamedOnlyWithoutOne) {
  AddEntry("6.12", With({1}));
  AddEntry("6.12-odd", usual_, {{atlas_fact::kVariantOf, "6.12"}});
  AddEntry("uml-6.12", usual_);
  const std::vector<Likeness> odd = Rank(usual_);
  EXPECT_EQ(NameEntries(*atlas_, Nearest(odd)), "6.12-odd and uml-6.12");
  // It has a cell more in common with the host than the release.
  Record fewer = usual_;
  SetStatus(fewer, 0, CellStatus::kSkip, "no capability");
  AddEntry("7.2", fewer);
  const std::vector<Likeness> both = Rank(usual_);
  EXPECT_EQ(NameEntries(*atlas_, Nearest(both)), "7.2");
}

TEST_F(LikenessTest, IsOfCellsThatBothHave) {
  Record half = With({1});
  for (size_t cell = 0; cell < 20; ++cell) {
    SetStatus(half, cell, CellStatus::kSkip, "no capability");
  }
  AddEntry("6.1", usual_);
  const std::vector<Likeness> ranked = Rank(half);
  EXPECT_EQ(ranked[0].compared, 44u);
  EXPECT_EQ(ranked[0].differing, 0u);
  EXPECT_THAT(ranked[0].plans, IsEmpty());
}

TEST_F(LikenessTest, AnEntryWithFewCellsInCommonComesLast) {
  Record few = usual_;
  for (size_t cell = 0; cell < 40; ++cell) {
    SetStatus(few, cell, CellStatus::kSkip, "no IPv6");
  }
  AddEntry("6.1", With({1}));
  AddEntry("6.12", few);
  EXPECT_THAT(NamesOf(Rank(usual_)), ElementsAre("6.1", "6.12"));
}

TEST_F(LikenessTest, ADocumentIsNearestToNothing) {
  AddEntry("windows", usual_, {{"documented", "a page"}});
  AddEntry("6.1", With({1}));
  EXPECT_THAT(NamesOf(Rank(usual_)), ElementsAre("6.1"));
}

TEST_F(LikenessTest, AnotherMeasurementIsNotCompared) {
  AddEntry("6.1", usual_);
  Rank(usual_);
  const Program other = BindPair({"::"});
  const Record record = Uniform(other);
  const Digest measurement = MeasurementDigest(other);
  const auto ranked = EntryRanker(*atlas_).Rank(
      std::vector<ShownPlan>{{"bind.pair",
                              {&other, measurement, {}, &record},
                              RecordDigest(record, measurement)}});
  ASSERT_TRUE(ranked.ok());
  EXPECT_THAT(*ranked, IsEmpty());
}

TEST_F(LikenessTest, AKernelIsHeldAgainstTheEntryOfItsSeries) {
  AddEntry("6.1", usual_, {{"kernel.upstream", "6.1.192"}});
  AddEntry("6.12", With({1}), {{"kernel.upstream", "6.12.57"}});
  AddEntry("6.12-odd", usual_,
           {{"kernel.upstream", "6.12.57"}, {atlas_fact::kVariantOf, "6.12"}});
  const std::vector<Likeness> ranked = Rank(usual_);
  for (const char* like : {"6.1", "6.1.0-46-amd64", "6.1.7"}) {
    const KernelClaim kernel = CompareKernel(ranked, like);
    EXPECT_TRUE(kernel.is_like) << like;
    EXPECT_EQ(kernel.namesake, nullptr) << like;
  }
  for (const char* other : {"6.12.57+deb13-amd64", "6.12-rc3", "6.12"}) {
    const KernelClaim kernel = CompareKernel(ranked, other);
    EXPECT_FALSE(kernel.is_like) << other;
    ASSERT_NE(kernel.namesake, nullptr) << other;
    EXPECT_EQ(kernel.namesake->entry->host, "6.12") << other;
  }
  for (const char* unknown : {"", "6", "5.15.0", "a.b", "6.120.1"}) {
    const KernelClaim kernel = CompareKernel(ranked, unknown);
    EXPECT_FALSE(kernel.is_like) << unknown;
    EXPECT_EQ(kernel.namesake, nullptr) << unknown;
  }
}

TEST_F(LikenessTest, IsToldInASentenceAndInAFewWords) {
  AddEntry("6.1", usual_,
           {{"kernel.upstream", "6.1.192"}, {atlas_fact::kTitle, "Linux X"}});
  AddEntry("6.12", With({1, 2}), {{"kernel.upstream", "6.12.57"}});
  const auto said = [&](const Record& record, const std::string& version) {
    const std::vector<Likeness> ranked = Rank(record);
    const KernelClaim kernel = CompareKernel(ranked, version);
    return std::pair(LikenessSentence(*atlas_, ranked, kernel),
                     LikenessWords(*atlas_, ranked, kernel));
  };
  EXPECT_THAT(
      said(usual_, "6.1.7"),
      Pair("behaves like 6.1 (Linux X) in all 64 cells compared", "6.1"));
  EXPECT_THAT(
      said(usual_, "6.12.1"),
      Pair("behaves like 6.1 (Linux X) in all 64 cells compared, though its "
           "kernel is 6.12.1: from atlas:6.12 2 cells differ",
           "6.1, not 6.12"));
  EXPECT_THAT(said(usual_, "5.15.0"),
              Pair("behaves like 6.1 (Linux X) in all 64 cells compared; the "
                   "atlas has no entry of its kernel, 5.15.0",
                   "6.1"));
  EXPECT_THAT(said(With({3}), "6.1.7"),
              Pair("behaves most like 6.1 (Linux X): 1 of 64 cells differs, in "
                   "1 of 1 plan",
                   "6.1 but for 1 cell"));
  EXPECT_THAT(said(With({3, 4}), "6.1.7").second, "none, 6.1 is nearest");
}

}  // namespace
}  // namespace sockdrift
