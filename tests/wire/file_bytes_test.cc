#include "wire/file_bytes.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::StatusIs;
using ::testing::HasSubstr;

class FileBytesTest : public ::testing::Test {
 protected:
  FileBytesTest() {
    std::string folder = ::testing::TempDir() + "file_bytes_XXXXXX";
    folder_ = mkdtemp(folder.data());
  }
  ~FileBytesTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const {
    return folder_ + "/" + name;
  }
  size_t FilesInFolder() const {
    const std::filesystem::directory_iterator files(folder_);
    return std::distance(begin(files), end(files));
  }

 private:
  std::string folder_;
};

// Writes fail with EFBIG above this size while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    old_handler_ = signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit = {bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_;
  void (*old_handler_)(int);
};

TEST_F(FileBytesTest, ReadsWhatWasWritten) {
  const std::string bytes = std::string("a\0b", 3) + std::string(200000, 'x');
  ASSERT_OK(WriteFileAtomically(Path("f"), bytes));
  ASSERT_OK_AND_ASSIGN(const std::string read,
                       ReadFileBytes(Path("f"), 1 << 20));
  EXPECT_EQ(read, bytes);
  EXPECT_EQ(FilesInFolder(), 1u);
}

TEST_F(FileBytesTest, ReplacesAnOlderFile) {
  ASSERT_OK(WriteFileAtomically(Path("f"), "old"));
  ASSERT_OK(WriteFileAtomically(Path("f"), "new"));
  EXPECT_EQ(*ReadFileBytes(Path("f"), 100), "new");
}

TEST_F(FileBytesTest, LeavesTheOldFileWhenTheDiskIsFull) {
  ASSERT_OK(WriteFileAtomically(Path("f"), "old"));
  absl::Status status;
  {
    const FileSizeLimit limit(1000);
    status = WriteFileAtomically(Path("f"), std::string(5000, 'x'));
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted,
                               HasSubstr("free some space")));
  EXPECT_EQ(*ReadFileBytes(Path("f"), 100), "old");
  EXPECT_EQ(FilesInFolder(), 1u);
}

TEST_F(FileBytesTest, NamesAFolderThatDoesNotExist) {
  EXPECT_THAT(WriteFileAtomically(Path("no/f"), "x"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no/f")));
}

TEST_F(FileBytesTest, CannotReplaceAFolder) {
  ASSERT_EQ(mkdir(Path("d").c_str(), 0755), 0);
  EXPECT_FALSE(WriteFileAtomically(Path("d"), "x").ok());
  EXPECT_EQ(FilesInFolder(), 1u);
}

TEST_F(FileBytesTest, SaysWhichFileIsMissing) {
  EXPECT_THAT(ReadFileBytes(Path("none"), 10),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
}

TEST_F(FileBytesTest, RefusesAFileAboveTheLimit) {
  ASSERT_OK(WriteFileAtomically(Path("f"), "12345"));
  EXPECT_OK(ReadFileBytes(Path("f"), 5));
  EXPECT_THAT(ReadFileBytes(Path("f"), 4),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("more than 4 bytes")));
}

}  // namespace
}  // namespace sockdrift
