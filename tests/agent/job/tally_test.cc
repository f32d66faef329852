#include "agent/job/tally.h"

#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::StatusIs;

constexpr uint32_t kCells = 4;
constexpr uint32_t kObservations = 2;
constexpr uint32_t kRepeats = 2;

class TallyTest : public ::testing::Test {
 protected:
  // Both repeats of a cell with these outcomes.
  void Finish(uint32_t cell, absl::string_view first,
              absl::string_view second) {
    for (uint32_t repeat = 0; repeat < kRepeats; ++repeat) {
      FinishOnce(repeat, cell, first, second);
    }
  }
  void FinishOnce(uint32_t repeat, uint32_t cell, absl::string_view first,
                  absl::string_view second) {
    const uint32_t codes[] = {tally_.Intern(first), tally_.Intern(second)};
    tally_.Start(repeat, cell);
    tally_.Done(repeat, cell, codes);
  }

  std::vector<uint8_t> memory_ =
      std::vector<uint8_t>(Tally::Size(kCells, kObservations, kRepeats), 0);
  Tally tally_ =
      Tally::Create(absl::MakeSpan(memory_), kCells, kObservations, kRepeats);
};

TEST_F(TallyTest, RepeatsThatAgreeAreDone) {
  Finish(2, "ok", "EADDRINUSE");
  const Record record = tally_.Fold({}, "it died");
  EXPECT_THAT(record.status, ElementsAre(CellStatus::kMiss, CellStatus::kMiss,
                                         CellStatus::kDone, CellStatus::kMiss));
  EXPECT_EQ(record.Outcome(0, 2), "ok");
  EXPECT_EQ(record.Outcome(1, 2), "EADDRINUSE");
  EXPECT_EQ(record.Reason(0), "it died");
  // Canonical: sorted, nothing that no cell uses.
  EXPECT_THAT(record.outcomes, ElementsAre("EADDRINUSE", "ok"));
}

TEST_F(TallyTest, RepeatsThatDisagreeAreUnstable) {
  FinishOnce(0, 0, "ok", "ok");
  FinishOnce(1, 0, "ok", "EADDRINUSE");
  EXPECT_EQ(tally_.Fold({}, "").status[0], CellStatus::kUnstable);
  EXPECT_EQ(tally_.Fold({}, "").Reason(0),
            "observation 2: ok, then EADDRINUSE");
  const std::vector<std::string> names = {"bind.a", "bind.b"};
  EXPECT_EQ(tally_.Fold({}, "", names).Reason(0),
            "bind.b: ok, then EADDRINUSE");
}

TEST_F(TallyTest, ACellInFlightIsAnError) {
  FinishOnce(0, 1, "ok", "ok");
  tally_.Start(1, 1);
  const Record record = tally_.Fold({}, "killed by SIGSEGV");
  EXPECT_EQ(record.status[1], CellStatus::kError);
  EXPECT_EQ(record.Reason(1), "killed by SIGSEGV");
}

TEST_F(TallyTest, AnErrorComesBeforeASkipAndThatBeforeAMiss) {
  tally_.Skip(0, 0, tally_.Intern("no capability"));
  tally_.Error(1, 0, tally_.Intern("no descriptor"));
  tally_.Skip(0, 1, tally_.Intern("no capability"));
  const Record record = tally_.Fold({}, "");
  EXPECT_EQ(record.status[0], CellStatus::kError);
  EXPECT_EQ(record.Reason(0), "no descriptor");
  EXPECT_EQ(record.status[1], CellStatus::kSkip);
  EXPECT_EQ(record.Reason(1), "no capability");
}

TEST_F(TallyTest, ACellThatIsNotWantedIsAMiss) {
  Finish(0, "ok", "ok");
  const std::vector<uint32_t> wanted = {0, 2};
  const Record record = tally_.Fold(wanted, "it died");
  EXPECT_EQ(record.status[0], CellStatus::kDone);
  EXPECT_EQ(record.Reason(1), "not selected");
  EXPECT_EQ(record.Reason(2), "it died");
}

TEST_F(TallyTest, AnObservationThatWasNotMadeStaysEmpty) {
  const uint32_t codes[] = {kNotObserved, tally_.Intern("ok")};
  for (uint32_t repeat : {0, 1}) tally_.Done(repeat, 3, codes);
  EXPECT_EQ(tally_.Fold({}, "").Outcome(0, 3), "");
}

TEST_F(TallyTest, AnotherViewReadsWhatWasWritten) {
  tally_.SetPhase(TallyPhase::kWorldRefused, "no namespace");
  tally_.Note("one");
  tally_.Note("two");
  Finish(0, "ok", "ok");
  ASSERT_OK_AND_ASSIGN(const Tally other, Tally::Open(absl::MakeSpan(memory_)));
  EXPECT_EQ(other.cells(), kCells);
  EXPECT_EQ(other.observations(), kObservations);
  EXPECT_EQ(other.repeats(), kRepeats);
  EXPECT_EQ(other.finished(), 2u);
  EXPECT_EQ(other.phase(), TallyPhase::kWorldRefused);
  EXPECT_EQ(other.message(), "no namespace");
  EXPECT_THAT(other.Notes(), ElementsAre("one", "two"));
  EXPECT_EQ(other.Fold({}, ""), tally_.Fold({}, ""));
}

TEST_F(TallyTest, OneTextHasOneCode) {
  const uint32_t code = tally_.Intern("ok");
  EXPECT_NE(code, kNotObserved);
  EXPECT_EQ(tally_.Intern("ok"), code);
  EXPECT_NE(tally_.Intern("EACCES"), code);
}

TEST_F(TallyTest, AFullDictionaryAnswersOther) {
  const uint32_t other = tally_.Intern("other");
  uint32_t code = 0;
  for (int i = 0; i < 20'000; ++i) code = tally_.Intern(absl::StrCat("x", i));
  EXPECT_EQ(code, other);
  const uint32_t codes[] = {code, code};
  for (uint32_t repeat : {0, 1}) tally_.Done(repeat, 0, codes);
  EXPECT_EQ(tally_.Fold({}, "").Outcome(0, 0), "other");
}

TEST_F(TallyTest, NotesThatDoNotFitAreDropped) {
  for (int i = 0; i < 100; ++i) tally_.Note(std::string(1000, 'x'));
  EXPECT_LT(tally_.Notes().size(), 20u);
  EXPECT_GT(tally_.Notes().size(), 10u);
}

TEST_F(TallyTest, WhatIsNoTallyIsRefused) {
  std::vector<uint8_t> zeroes(memory_.size(), 0);
  EXPECT_THAT(Tally::Open(absl::MakeSpan(zeroes)),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("does not begin as one")));
  std::vector<uint8_t> little(16, 0);
  EXPECT_THAT(
      Tally::Open(absl::MakeSpan(little)),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("too small")));
  EXPECT_THAT(
      Tally::Open(absl::MakeSpan(memory_.data(), memory_.size() - 1)),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("cut short")));
}

// A probe that runs wild may leave anything behind: reading it stays inside
// the memory, which the address sanitizer's build checks.
TEST_F(TallyTest, WildWritesDoNotLeadOutside) {
  Finish(0, "ok", "ok");
  for (size_t first = 8; first < memory_.size(); first += 61) {
    std::vector<uint8_t> wild = memory_;
    const size_t size = std::min<size_t>(64, wild.size() - first);
    std::memset(wild.data() + first, 0xfe, size);
    const absl::StatusOr<Tally> tally = Tally::Open(absl::MakeSpan(wild));
    if (!tally.ok()) continue;
    EXPECT_EQ(tally->Fold({}, "").cells(), kCells);
    tally->Notes();
    tally->message();
    if (first > 100'000) first += 6'000;
  }
}

}  // namespace
}  // namespace sockdrift
