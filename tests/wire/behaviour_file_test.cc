#include "wire/behaviour_file.h"

#include <unistd.h>

#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"
#include "wire/digests.h"
#include "wire/sections.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::EveryPart;
using ::sockdrift::testing::SetOutcome;
using ::sockdrift::testing::SetStatus;
using ::sockdrift::testing::StatusIs;
using ::sockdrift::testing::Uniform;
using ::testing::HasSubstr;

BehaviourFile TwoHosts() {
  BehaviourFile file;
  file.made_by = "sockdrift test";
  file.programs = {BindPair(), EveryPart()};
  const Digest pair = MeasurementDigest(file.programs[0]);
  const Digest every = MeasurementDigest(file.programs[1]);
  HostBehaviour first;
  first.host = "first";
  first.facts = {{"kernel.release", "6.1.0"}, {"arch", "x86_64"}};
  first.taken = absl::FromUnixMicros(1'700'000'000'123'456);
  first.entries.push_back({"bind.pair",
                           World::kReplica,
                           pair,
                           Uniform(file.programs[0]),
                           {"a note"}});
  Record other = Uniform(file.programs[1]);
  SetStatus(other, 1, CellStatus::kSkip, "no capability");
  first.entries.push_back({"every.part", World::kOwn, every, other, {}});
  HostBehaviour second = first;
  second.host = "";
  SetOutcome(second.entries[0].record, 1, 7, "EADDRINUSE");
  file.hosts = {first, second};
  return file;
}

void ExpectSame(const BehaviourFile& a, const BehaviourFile& b) {
  EXPECT_EQ(a.made_by, b.made_by);
  ASSERT_EQ(a.hosts.size(), b.hosts.size());
  for (size_t i = 0; i < a.hosts.size(); ++i) {
    EXPECT_EQ(a.hosts[i].host, b.hosts[i].host);
    EXPECT_EQ(a.hosts[i].facts, b.hosts[i].facts);
    EXPECT_EQ(a.hosts[i].taken, b.hosts[i].taken);
    ASSERT_EQ(a.hosts[i].entries.size(), b.hosts[i].entries.size());
    for (size_t j = 0; j < a.hosts[i].entries.size(); ++j) {
      const BehaviourEntry& x = a.hosts[i].entries[j];
      const BehaviourEntry& y = b.hosts[i].entries[j];
      EXPECT_EQ(x.plan, y.plan);
      EXPECT_EQ(x.world, y.world);
      EXPECT_EQ(x.measurement, y.measurement);
      EXPECT_EQ(x.record, y.record);
      EXPECT_EQ(x.notes, y.notes);
      EXPECT_NE(b.FindProgram(y.measurement), nullptr);
    }
  }
}

TEST(BehaviourFileTest, DecodesToWhatWasEncoded) {
  const BehaviourFile file = TwoHosts();
  ASSERT_OK_AND_ASSIGN(const BehaviourFile read,
                       DecodeBehaviourFile(EncodeBehaviourFile(file), "f"));
  ExpectSame(file, read);
  EXPECT_EQ(read.programs.size(), 2u);
  EXPECT_EQ(EncodeBehaviourFile(read), EncodeBehaviourFile(file));
}

TEST(BehaviourFileTest, HoldsARecordThatHostsShareOnce) {
  BehaviourFile file = TwoHosts();
  const size_t two = EncodeBehaviourFile(file).size();
  for (int i = 0; i < 10; ++i) file.hosts.push_back(file.hosts[0]);
  const size_t twelve = EncodeBehaviourFile(file).size();
  ASSERT_OK_AND_ASSIGN(const std::vector<Section> sections,
                       ReadSections(EncodeBehaviourFile(file), "f"));
  size_t records = 0;
  for (const Section& section : sections) {
    records += section.kind == SectionKind::kRecord ? 1 : 0;
  }
  EXPECT_EQ(records, 3u);
  EXPECT_LT(twelve - two, 10 * 400u);
}

TEST(BehaviourFileTest, SurvivesTheDisk) {
  const std::string path =
      ::testing::TempDir() + "behaviour_file_test." + std::to_string(getpid());
  const BehaviourFile file = TwoHosts();
  ASSERT_OK(WriteBehaviourFile(file, path));
  ASSERT_OK_AND_ASSIGN(const BehaviourFile read, ReadBehaviourFile(path));
  ExpectSame(file, read);
  unlink(path.c_str());
}

TEST(BehaviourFileTest, IsNotWrittenWithoutAProgramOfItsEntries) {
  BehaviourFile file = TwoHosts();
  file.programs.pop_back();
  EXPECT_THAT(WriteBehaviourFile(file, ::testing::TempDir() + "never"),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("every.part")));
}

TEST(BehaviourFileTest, TellsCutShortFromEveryLength) {
  const std::string bytes = EncodeBehaviourFile(TwoHosts());
  EXPECT_THAT(
      DecodeBehaviourFile("", "f"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("f: is empty")));
  for (size_t size = 1; size < bytes.size(); ++size) {
    EXPECT_THAT(
        DecodeBehaviourFile(bytes.substr(0, size), "f"),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("f: cut short")))
        << "at " << size;
  }
}

TEST(BehaviourFileTest, RefusesEveryChangedByte) {
  const std::string bytes = EncodeBehaviourFile(TwoHosts());
  std::mt19937 random(1);
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ (1 << (random() % 8)));
    EXPECT_FALSE(DecodeBehaviourFile(changed, "f").ok()) << "at " << i;
  }
}

TEST(BehaviourFileTest, NamesTheOtherVersion) {
  std::string bytes = EncodeBehaviourFile(TwoHosts());
  bytes[std::string("sockdrift-file/").size()] = 2;
  EXPECT_THAT(DecodeBehaviourFile(bytes, "f"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("version 2, but this build reads version 1")));
}

TEST(BehaviourFileTest, RefusesAFileOfAnotherKind) {
  EXPECT_THAT(DecodeBehaviourFile("plan: bind.conflict\n", "f"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("f: is no behaviour file")));
}

TEST(BehaviourFileTest, RefusesWhatFollowsTheEnd) {
  EXPECT_THAT(DecodeBehaviourFile(EncodeBehaviourFile(TwoHosts()) + "x", "f"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("1 bytes behind the end")));
}

TEST(BehaviourFileTest, RefusesSectionsOutOfOrder) {
  ASSERT_OK_AND_ASSIGN(const std::vector<Section> sections,
                       ReadSections(EncodeBehaviourFile(TwoHosts()), "f"));
  for (size_t i = 0; i + 1 < sections.size(); ++i) {
    SectionWriter out;
    for (size_t j = 0; j < sections.size(); ++j) {
      const Section& section = sections[j == i ? i + 1 : (j == i + 1 ? i : j)];
      out.Add(section.kind, section.bytes);
    }
    const absl::StatusOr<BehaviourFile> read =
        DecodeBehaviourFile(std::move(out).Finish(), "f");
    // Hosts stand in the order in which they were given.
    EXPECT_EQ(read.ok(), sections[i].kind == SectionKind::kHost) << i;
  }
}

TEST(BehaviourFileTest, RefusesARecordWhoseProgramIsMissing) {
  ASSERT_OK_AND_ASSIGN(const std::vector<Section> sections,
                       ReadSections(EncodeBehaviourFile(TwoHosts()), "f"));
  SectionWriter out;
  for (const Section& section : sections) {
    if (section.kind != SectionKind::kProgram) {
      out.Add(section.kind, section.bytes);
    }
  }
  EXPECT_THAT(DecodeBehaviourFile(std::move(out).Finish(), "f"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("program is not in the file")));
}

TEST(BehaviourFileTest, RefusesARecordOfAnotherShape) {
  BehaviourFile file = TwoHosts();
  file.hosts[0].entries[0].record = Uniform(BindPair({"::"}));
  EXPECT_THAT(DecodeBehaviourFile(EncodeBehaviourFile(file), "f"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("4 cells and 2 observations")));
  EXPECT_FALSE(WriteBehaviourFile(file, ::testing::TempDir() + "never").ok());
}

}  // namespace
}  // namespace sockdrift
