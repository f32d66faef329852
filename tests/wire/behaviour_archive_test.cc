#include "wire/behaviour_archive.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::EveryPart;
using ::sockdrift::testing::SetOutcome;
using ::sockdrift::testing::StatusIs;
using ::sockdrift::testing::Uniform;
using ::testing::HasSubstr;

// Two hosts; of the second plan only the second has a record.
BehaviourFile TwoHosts() {
  BehaviourFile file;
  file.made_by = "sockdrift test";
  file.programs = {BindPair(), EveryPart()};
  const Digest pair = MeasurementDigest(file.programs[0]);
  const Digest every = MeasurementDigest(file.programs[1]);
  HostBehaviour first = {"6.1", {{"kernel", "6.1.0"}}, absl::UnixEpoch(), {}};
  first.entries.push_back({"bind.pair",
                           World::kReplica,
                           pair,
                           Uniform(file.programs[0]),
                           {"a note"}});
  HostBehaviour second = first;
  second.host = "6.12";
  SetOutcome(second.entries[0].record, 1, 7, "EADDRINUSE");
  second.entries.push_back(
      {"every.part", World::kOwn, every, Uniform(file.programs[1]), {}});
  file.hosts = {first, second};
  return file;
}

TEST(BehaviourArchiveTest, LoadsOneHostWithItsProgramsAlone) {
  const BehaviourFile file = TwoHosts();
  const std::string bytes = EncodeBehaviourFile(file);
  const absl::StatusOr<BehaviourArchive> archive =
      BehaviourArchive::Open(bytes, "test");
  ASSERT_TRUE(archive.ok()) << archive.status();
  ASSERT_EQ(archive->hosts().size(), 2u);
  const absl::StatusOr<BehaviourFile> first =
      archive->Load(archive->hosts()[0]);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->made_by, "sockdrift test");
  EXPECT_EQ(first->programs.size(), 1u);
  ASSERT_EQ(first->hosts.size(), 1u);
  EXPECT_EQ(first->hosts[0].facts, file.hosts[0].facts);
  EXPECT_EQ(first->hosts[0].entries[0].record, file.hosts[0].entries[0].record);
  EXPECT_EQ(first->hosts[0].entries[0].notes, file.hosts[0].entries[0].notes);
  const absl::StatusOr<BehaviourFile> second =
      archive->Load(archive->hosts()[1]);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->programs.size(), 2u);
  EXPECT_EQ(second->hosts[0].entries[0].record,
            file.hosts[1].entries[0].record);
  EXPECT_EQ(second->hosts[0].entries[1].world, World::kOwn);
}

TEST(BehaviourArchiveTest, SaysWhatItDoesNotHold) {
  const std::string bytes = EncodeBehaviourFile(TwoHosts());
  const absl::StatusOr<BehaviourArchive> archive =
      BehaviourArchive::Open(bytes, "test");
  ASSERT_TRUE(archive.ok()) << archive.status();
  EXPECT_THAT(archive->ReadRecord(Digest()),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no section")));
}

TEST(BehaviourArchiveTest, NoticesAChangedByteAnywhere) {
  const std::string bytes = EncodeBehaviourFile(TwoHosts());
  for (size_t at = 20; at < bytes.size(); at += 7) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x20);
    EXPECT_FALSE(BehaviourArchive::Open(changed, "test").ok()) << at;
  }
}

}  // namespace
}  // namespace sockdrift
