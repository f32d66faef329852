#include "wire/baseline_file.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"
#include "wire/digests.h"
#include "wire/record_text.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::EveryPart;
using ::sockdrift::testing::SetOutcome;
using ::sockdrift::testing::SetStatus;
using ::sockdrift::testing::StatusIs;
using ::sockdrift::testing::Uniform;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

BehaviourEntry Entry(const std::string& plan, const Program& program,
                     const Record& record) {
  return {plan, World::kReplica, MeasurementDigest(program), record, {}};
}

// Two hosts, two plans; they differ in one cell of the first.
Baseline Prod() {
  Baseline baseline;
  baseline.name = "prod";
  baseline.source = "hosts pool=prod";
  baseline.set = absl::FromUnixSeconds(1'700'000'000);
  BehaviourFile& file = baseline.behaviours;
  file.made_by = "sockdrift test";
  file.programs = {BindPair(), EveryPart()};
  HostBehaviour a;
  a.host = "a";
  a.facts = {{"kernel.release", "6.1.0"}, {"kernel.cmdline", " quiet  ro "}};
  a.taken = absl::FromUnixSeconds(1'690'000'000);
  a.entries = {Entry("bind.pair", BindPair(), Uniform(BindPair())),
               Entry("every.part", EveryPart(), Uniform(EveryPart()))};
  a.entries[0].notes = {"a note"};
  SetStatus(a.entries[1].record, 1, CellStatus::kSkip, "no capability");
  HostBehaviour b = a;
  b.host = "b";
  b.facts["kernel.release"] = "6.12.1";
  SetOutcome(b.entries[0].record, 1, 7, "EADDRINUSE");
  file.hosts = {a, b};
  return baseline;
}

std::string Text(const Baseline& baseline) {
  const absl::StatusOr<std::string> text = EncodeBaseline(baseline);
  EXPECT_OK(text.status());
  return text.value_or("");
}

std::vector<std::string> Lines(const std::string& text) {
  return absl::StrSplit(text, '\n');
}

TEST(BaselineFileTest, DecodesToWhatWasEncoded) {
  const Baseline prod = Prod();
  ASSERT_OK_AND_ASSIGN(const Baseline read, DecodeBaseline(Text(prod), "f"));
  EXPECT_EQ(read.name, prod.name);
  EXPECT_EQ(read.source, prod.source);
  EXPECT_EQ(read.set, prod.set);
  EXPECT_EQ(read.behaviours.made_by, prod.behaviours.made_by);
  ASSERT_EQ(read.behaviours.hosts.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    const HostBehaviour& is = read.behaviours.hosts[i];
    const HostBehaviour& was = prod.behaviours.hosts[i];
    EXPECT_EQ(is.host, was.host);
    EXPECT_EQ(is.facts, was.facts);
    EXPECT_EQ(is.taken, was.taken);
    ASSERT_EQ(is.entries.size(), was.entries.size());
    for (size_t j = 0; j < is.entries.size(); ++j) {
      EXPECT_EQ(is.entries[j].plan, was.entries[j].plan);
      EXPECT_EQ(is.entries[j].world, was.entries[j].world);
      EXPECT_EQ(is.entries[j].record, was.entries[j].record);
      EXPECT_EQ(is.entries[j].notes, was.entries[j].notes);
      EXPECT_NE(read.behaviours.FindProgram(is.entries[j].measurement),
                nullptr);
    }
  }
}

TEST(BaselineFileTest, IsTheSameTextInWhateverOrderItIsGiven) {
  Baseline other = Prod();
  std::ranges::reverse(other.behaviours.hosts);
  std::ranges::reverse(other.behaviours.programs);
  for (HostBehaviour& host : other.behaviours.hosts) {
    std::ranges::reverse(host.entries);
  }
  EXPECT_EQ(Text(other), Text(Prod()));
}

TEST(BaselineFileTest, IsABehaviourFileToWhoeverReadsThose) {
  ASSERT_OK_AND_ASSIGN(const BehaviourFile file,
                       DecodeBehaviourFile(Text(Prod()), "f"));
  EXPECT_EQ(file.hosts.size(), 2u);
}

// What a reviewer sees: the digests, the kind that is new, the line of cells.
TEST(BaselineFileTest, AChangedCellIsASmallDiff) {
  Baseline before = Prod();
  before.behaviours.hosts.pop_back();
  Baseline after = before;
  SetOutcome(after.behaviours.hosts[0].entries[0].record, 1, 9, "EACCES");
  const std::vector<std::string> was = Lines(Text(before));
  const std::set<std::string> old(was.begin(), was.end());
  std::vector<std::string> added;
  for (const std::string& line : Lines(Text(after))) {
    if (!old.contains(line)) added.push_back(line);
  }
  ASSERT_EQ(added.size(), 4u) << absl::StrJoin(added, "\n");
  EXPECT_THAT(added[0], HasSubstr("record "));
  EXPECT_THAT(added[1], HasSubstr("behaviour "));
  EXPECT_THAT(added[2], HasSubstr("bind.b=EACCES"));
  EXPECT_THAT(added[3], HasSubstr("cells 0 9*"));
}

TEST(BaselineFileTest, TextsOfAnyKindSurvive) {
  for (const std::string text :
       {"a b", "", "back\\slash", "two\nlines", "=", "#", "trailing ",
        " leading", "\\e", "\xc3\xa4", "a=b # c"}) {
    Baseline prod = Prod();
    SetOutcome(prod.behaviours.hosts[0].entries[0].record, 0, 3,
               text.empty() ? "x" : text);
    SetStatus(prod.behaviours.hosts[0].entries[1].record, 2,
              CellStatus::kUnstable, text.empty() ? "x" : text);
    prod.behaviours.hosts[0].facts["odd"] = text;
    prod.source = text;
    ASSERT_OK_AND_ASSIGN(const Baseline read, DecodeBaseline(Text(prod), "f"));
    EXPECT_EQ(read.behaviours.hosts[0].facts, prod.behaviours.hosts[0].facts);
    EXPECT_EQ(read.source, prod.source);
    EXPECT_EQ(read.behaviours.hosts[0].entries[0].record,
              prod.behaviours.hosts[0].entries[0].record);
    EXPECT_EQ(read.behaviours.hosts[0].entries[1].record,
              prod.behaviours.hosts[0].entries[1].record)
        << text;
  }
}

TEST(BaselineFileTest, ALineThatIsLostIsTold) {
  const std::vector<std::string> lines = Lines(Text(Prod()));
  const auto first = std::ranges::find(lines, "plan bind.pair");
  ASSERT_NE(first, lines.end());
  for (auto it = first; it != lines.end(); ++it) {
    // Notes and whose a record is are no part of its digest.
    if (it->empty() || absl::StrContains(*it, " note ") ||
        absl::StrContains(*it, " of ")) {
      continue;
    }
    std::vector<std::string> left(lines.begin(), it);
    left.insert(left.end(), it + 1, lines.end());
    // Without its first line a plan's lines go to the plan before it.
    EXPECT_FALSE(DecodeBaseline(absl::StrJoin(left, "\n"), "f").ok()) << *it;
  }
}

TEST(BaselineFileTest, AChangedLineIsToldWithItsPlace) {
  const std::string good = Text(Prod());
  const auto expect = [&](absl::string_view from, absl::string_view to,
                          const std::string& message) {
    EXPECT_THAT(DecodeBaseline(absl::StrReplaceAll(good, {{from, to}}), "f"),
                StatusIs(kInvalid, HasSubstr(message)));
  };
  expect("bind.b=EADDRINUSE", "bind.b=EACCES", "a record of bind.pair");
  expect("kind ", "knd ", "\"knd\" cannot stand here");
  expect("bind.b=", "bind.c=", "no observation bind.c");
  expect("cells 0 ", "cells 5 ", "begin with cell 0");
  expect("of host a", "of host c", "names no host");
  expect("\nhost b", "\nhost a", "the host a stands twice");
  expect("set 2023", "set last ", "is no time");
  expect("name prod", "name pr od", "is no baseline's name");
  expect("\nhost a", "\n<<<<<<< HEAD\nhost a", "a merge left its marks");
  EXPECT_THAT(DecodeBaseline("sockdrift-baseline 1\nname x\nbad 1", "dir/f"),
              StatusIs(kInvalid, HasSubstr("dir/f:3: \"bad\"")));
}

TEST(BaselineFileTest, NamesTheOtherVersion) {
  EXPECT_THAT(DecodeBaseline("sockdrift-baseline 2\n", "f"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("reads baselines of version 1")));
}

TEST(BaselineFileTest, TakesWindowsLineEnds) {
  EXPECT_OK(
      DecodeBaseline(absl::StrReplaceAll(Text(Prod()), {{"\n", "\r\n"}}), "f")
          .status());
}

TEST(BaselineFileTest, AHostStandsOnce) {
  Baseline prod = Prod();
  prod.behaviours.hosts[1].host = "a";
  EXPECT_THAT(EncodeBaseline(prod),
              StatusIs(kInvalid, HasSubstr("\"a\" stands twice")));
}

TEST(BaselineFileTest, ACellThatIsNotInThePlanIsRefused) {
  const Program program = BindPair();
  RecordLineReader reader(program);
  ASSERT_OK(reader.Kind("abc bind.a=ok"));
  EXPECT_THAT(reader.Cells("0 999999999999*abc"),
              StatusIs(kInvalid, HasSubstr("more cells than the plan's")));
}

TEST(BaselineNameTest, IsOneWord) {
  for (const char* name : {"prod", "prod-2026.10", "A_1"}) {
    EXPECT_OK(CheckBaselineName(name)) << name;
  }
  for (const char* name : {"", "-x", ".x", "a b", "a/b", "a:b"}) {
    EXPECT_FALSE(CheckBaselineName(name).ok()) << name;
  }
}

}  // namespace
}  // namespace sockdrift
