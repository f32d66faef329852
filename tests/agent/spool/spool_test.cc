#include "agent/spool/spool.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "agent/spool/body_cache.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "wire/convert/bodies.h"
#include "wire/digests.h"
#include "wire/file_bytes.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::StatusIs;
using ::sockdrift::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace fs = std::filesystem;

MeasuredRun RunOf(const std::string& id, const std::string& body) {
  MeasuredRun run;
  run.run_id = id;
  run.facts = {{"kernel", "6.1"}};
  run.end = absl::FromUnixSeconds(1'700'000'000);
  run.report.set = Sha256("set");
  run.records.push_back(*RecordToProto(body));
  run.report.results.push_back(
      {.end = AssignmentEnd::kFinished,
       .record = RecordName{.record = Sha256(body), .behaviour = Sha256("b")}});
  return run;
}

std::vector<std::string> Ids(const Spool& spool) {
  std::vector<std::string> ids;
  for (const SpooledResult& result : spool.Results()) {
    ids.push_back(result.run_id);
  }
  return ids;
}

std::vector<fs::path> Files(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class SpoolTest : public ::testing::Test {
 protected:
  std::unique_ptr<Spool> Open(const SpoolLimits& limits = {}) {
    absl::StatusOr<std::unique_ptr<Spool>> spool =
        Spool::Open(folder_ / "spool", limits);
    EXPECT_OK(spool);
    return *std::move(spool);
  }
  TemporaryFolder folder_;
};

TEST_F(SpoolTest, KeepsResultsAcrossProcessesInTheirOrder) {
  Open()->Put(RunOf("first", "a"));
  Open()->Put(RunOf("second", "b"));
  const std::unique_ptr<Spool> spool = Open();
  EXPECT_THAT(Ids(*spool), ElementsAre("first", "second"));
  const SpooledResult first = spool->Results()[0];
  EXPECT_EQ(first.set, Sha256("set"));
  EXPECT_EQ(first.end, absl::FromUnixSeconds(1'700'000'000));
  EXPECT_EQ(first.report, ReportDigest(RunOf("first", "a").report));
  EXPECT_TRUE(spool->FindReport(first.report).has_value());
  EXPECT_TRUE(spool->FindFacts(first.facts).has_value());
  ASSERT_TRUE(spool->FindRecord(Sha256("b")).has_value());
  ASSERT_OK_AND_ASSIGN(const std::string body,
                       RecordBytes(*spool->FindRecord(Sha256("b"))));
  EXPECT_EQ(body, "b");
  EXPECT_FALSE(spool->FindRecord(Sha256("c")).has_value());
}

TEST_F(SpoolTest, ANewResultOfARunReplacesItsOldOne) {
  const std::unique_ptr<Spool> spool = Open();
  spool->Put(RunOf("r", "old"));
  spool->Put(RunOf("r", "new"));
  EXPECT_THAT(Ids(*spool), ElementsAre("r"));
  EXPECT_FALSE(spool->FindRecord(Sha256("old")).has_value());
  EXPECT_TRUE(spool->FindRecord(Sha256("new")).has_value());
}

TEST_F(SpoolTest, RemovesFromDiskWhatIsAcknowledged) {
  const std::unique_ptr<Spool> spool = Open();
  spool->Put(RunOf("r", "a"));
  EXPECT_TRUE(spool->Remove("r"));
  EXPECT_FALSE(spool->Remove("r"));
  EXPECT_THAT(Files(folder_ / "spool"), IsEmpty());
  EXPECT_EQ(spool->counts().entries, 0);
  EXPECT_EQ(spool->counts().bytes, 0);
}

TEST_F(SpoolTest, DropsTheOldestOverItsLimitsAndCountsThem) {
  const std::unique_ptr<Spool> spool = Open({.max_entries = 2});
  for (const char* id : {"a", "b", "c", "d"}) spool->Put(RunOf(id, id));
  EXPECT_THAT(Ids(*spool), ElementsAre("c", "d"));
  EXPECT_EQ(spool->counts().dropped, 2);
  EXPECT_EQ(Files(folder_ / "spool").size(), 2u);
}

TEST_F(SpoolTest, KeepsTheNewestEvenWhereItAloneIsTooLarge) {
  const std::unique_ptr<Spool> spool = Open({.max_bytes = 1});
  spool->Put(RunOf("a", "a"));
  spool->Put(RunOf("b", "b"));
  EXPECT_THAT(Ids(*spool), ElementsAre("b"));
}

TEST_F(SpoolTest, SetsCorruptFilesAside) {
  {
    const std::unique_ptr<Spool> spool = Open();
    for (const char* id : {"cut", "changed", "good"}) spool->Put(RunOf(id, id));
  }
  const std::vector<fs::path> files = Files(folder_ / "spool");
  ASSERT_EQ(files.size(), 3u);
  fs::resize_file(files[0], fs::file_size(files[0]) - 1);
  std::fstream changed(files[1], std::ios::in | std::ios::out);
  changed.seekp(40);
  changed.put('~');
  changed.close();

  const std::unique_ptr<Spool> spool = Open();
  EXPECT_THAT(Ids(*spool), ElementsAre("good"));
  EXPECT_EQ(spool->counts().corrupt, 2);
  EXPECT_TRUE(fs::exists(files[0].string() + ".corrupt"));
  EXPECT_TRUE(fs::exists(files[1].string() + ".corrupt"));
}

TEST_F(SpoolTest, AFileThatBecomesUnreadableLaterIsSetAside) {
  const std::unique_ptr<Spool> spool = Open();
  spool->Put(RunOf("r", "a"));
  fs::resize_file(Files(folder_ / "spool")[0], 10);
  EXPECT_FALSE(spool->FindRecord(Sha256("a")).has_value());
  EXPECT_THAT(Ids(*spool), IsEmpty());
  EXPECT_EQ(spool->counts().corrupt, 1);
}

TEST_F(SpoolTest, RemovesWhatAKilledWriterLeft) {
  Open();
  std::ofstream(folder_ / "spool/0000000000000007.result.new-1-1") << "half";
  Open();
  EXPECT_THAT(Files(folder_ / "spool"), IsEmpty());
}

TEST_F(SpoolTest, KeepsInMemoryWhatTheDiskRefuses) {
  const std::unique_ptr<Spool> spool = Open();
  fs::remove_all(folder_ / "spool");
  spool->Put(RunOf("r", "a"));
  EXPECT_THAT(Ids(*spool), ElementsAre("r"));
  EXPECT_TRUE(spool->FindRecord(Sha256("a")).has_value());
  EXPECT_TRUE(spool->Remove("r"));
}

TEST_F(SpoolTest, SaysWhichFolderCannotBeUsed) {
  std::ofstream(folder_ / "spool") << "a file";
  EXPECT_THAT(Spool::Open(folder_ / "spool", {}).status().message(),
              HasSubstr(folder_ / "spool"));
}

// A writer that is killed at any moment leaves whole results only, and all that
// it had said it kept.
TEST_F(SpoolTest, SurvivesAWriterThatIsKilled) {
  for (int round = 0; round < 10; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const absl::StatusOr<std::unique_ptr<Spool>> spool =
          Spool::Open(folder_ / "spool", {});
      for (int i = 0; spool.ok(); ++i) {
        (*spool)->Put(RunOf("r" + std::to_string(i % 5), std::to_string(i)));
        const char kept = static_cast<char>(i % 5);
        if (write(pipe_ends[1], &kept, 1) != 1) break;
      }
      _exit(1);
    }
    close(pipe_ends[1]);
    std::set<std::string> kept;
    char number = 0;
    for (int i = 0; i < 3 + round; ++i) {
      ASSERT_EQ(read(pipe_ends[0], &number, 1), 1);
      kept.insert("r" + std::to_string(number));
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(pipe_ends[0]);
    const std::unique_ptr<Spool> spool = Open();
    EXPECT_EQ(spool->counts().corrupt, 0);
    EXPECT_THAT(Ids(*spool), ::testing::IsSupersetOf(kept));
    for (const SpooledResult& result : spool->Results()) {
      EXPECT_TRUE(spool->FindReport(result.report).has_value());
    }
  }
}

TEST(BodyCacheTest, KeepsBodiesAcrossProcesses) {
  const TemporaryFolder folder;
  const Digest name = Sha256("name");
  {
    ASSERT_OK_AND_ASSIGN(const auto cache, BodyCache::Open(folder / "c", 1000));
    cache->Put(name, "body");
  }
  ASSERT_OK_AND_ASSIGN(const auto cache, BodyCache::Open(folder / "c", 1000));
  EXPECT_TRUE(cache->Has(name));
  EXPECT_EQ(cache->Find(name), "body");
  EXPECT_EQ(cache->Find(Sha256("other")), std::nullopt);
}

TEST(BodyCacheTest, DropsWhatCameFirstWhenFull) {
  const TemporaryFolder folder;
  ASSERT_OK_AND_ASSIGN(const auto cache, BodyCache::Open(folder / "c", 250));
  for (const char* name : {"a", "b", "c"}) {
    cache->Put(Sha256(name), std::string(80, 'x'));
  }
  EXPECT_FALSE(cache->Has(Sha256("a")));
  EXPECT_TRUE(cache->Has(Sha256("b")));
  EXPECT_TRUE(cache->Has(Sha256("c")));
}

TEST(BodyCacheTest, AChangedFileCountsAsNotThere) {
  const TemporaryFolder folder;
  const Digest name = Sha256("name");
  ASSERT_OK_AND_ASSIGN(const auto cache, BodyCache::Open(folder / "c", 1000));
  cache->Put(name, "body");
  std::ofstream(folder / "c/" + name.Hex()) << "something else altogether";
  EXPECT_EQ(cache->Find(name), std::nullopt);
  EXPECT_FALSE(cache->Has(name));
  EXPECT_EQ(cache->corrupt(), 1);
}

}  // namespace
}  // namespace sockdrift
