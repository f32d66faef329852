#include "boot/state_folder.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift {
namespace {

namespace fs = std::filesystem;

class StateFolders : public ::testing::Test {
 protected:
  StateFolders() { ::setenv("TMPDIR", folder_.path().c_str(), 1); }
  ~StateFolders() override { ::unsetenv("TMPDIR"); }

  // Another process that has one, with a file in it; its path.
  std::string StartUser() {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    user_ = ::fork();
    if (user_ == 0) {
      const absl::StatusOr<StateFolder> folder = StateFolder::Make();
      if (!folder.ok()) ::_exit(1);
      std::ofstream(folder->path() + "/state") << "of a sandbox";
      const ssize_t written =
          ::write(ends[1], folder->path().data(), folder->path().size());
      ::close(ends[1]);
      while (written > 0) ::pause();
      ::_exit(1);
    }
    ::close(ends[1]);
    char path[4096];
    const ssize_t size = ::read(ends[0], path, sizeof(path));
    ::close(ends[0]);
    return size > 0 ? std::string(path, static_cast<size_t>(size)) : "";
  }

  void KillUser() {
    ::kill(user_, SIGKILL);
    ::waitpid(user_, nullptr, 0);
  }

  testing::TemporaryFolder folder_;
  pid_t user_ = -1;
};

TEST_F(StateFolders, AreGoneWithTheirObject) {
  std::string path;
  {
    absl::StatusOr<StateFolder> folder = StateFolder::Make();
    ASSERT_TRUE(folder.ok()) << folder.status();
    path = folder->path();
    const StateFolder moved = *std::move(folder);
    std::ofstream(path + "/file") << "content";
    EXPECT_TRUE(fs::exists(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(StateFolders, OfAProcessThatWasKilledGoWhenTheNextIsMade) {
  const std::string path = StartUser();
  ASSERT_TRUE(fs::exists(path));
  KillUser();
  ASSERT_TRUE(fs::exists(path));
  ASSERT_TRUE(StateFolder::Make().ok());
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(StateFolders, OfOthersThatAreAtWorkStay) {
  const std::string path = StartUser();
  const absl::StatusOr<StateFolder> first = StateFolder::Make();
  const absl::StatusOr<StateFolder> second = StateFolder::Make();
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_TRUE(fs::exists(path + "/state"));
  EXPECT_TRUE(fs::exists(first->path()));
  KillUser();
}

TEST_F(StateFolders, LeaveWhatIsNotTheirs) {
  const fs::path other = folder_ / "sockdrift-report.abc";
  fs::create_directory(other);
  ASSERT_TRUE(StateFolder::Make().ok());
  EXPECT_TRUE(fs::exists(other));
}

}  // namespace
}  // namespace sockdrift
