#include "controller/web/made_pages.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::StatusIs;
using ::testing::HasSubstr;

// Makes numbered pages.
class MadePagesTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Get(const std::string& key,
                                  const std::string& version) {
    return pages_.Get(key, version, [this]() -> absl::StatusOr<std::string> {
      return std::to_string(++made_);
    });
  }
  MadePages pages_;
  int made_ = 0;
};

TEST_F(MadePagesTest, APageIsMadeOnceForAKeyWhileNothingChanged) {
  EXPECT_EQ(*Get("a", "v1"), "1");
  EXPECT_EQ(*Get("a", "v1"), "1");
  EXPECT_EQ(*Get("b", "v1"), "2");
  EXPECT_EQ(*Get("a", "v1"), "1");
  EXPECT_EQ(*Get("a", "v2"), "3");
  // What is of another version is forgotten, not only hidden.
  EXPECT_EQ(*Get("a", "v1"), "4");
}

TEST_F(MadePagesTest, AFailureIsNotKept) {
  const auto fail = []() -> absl::StatusOr<std::string> {
    return absl::NotFoundError("nothing was measured");
  };
  EXPECT_THAT(pages_.Get("a", "v1", fail),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("nothing")));
  EXPECT_EQ(*Get("a", "v1"), "1");
}

TEST_F(MadePagesTest, NoMoreAreKeptThanThereIsRoomFor) {
  for (size_t i = 0; i < MadePages::kKept; ++i) {
    EXPECT_OK(Get(std::to_string(i), "v1"));
  }
  EXPECT_OK(Get("one more", "v1"));
  const int made = made_;
  EXPECT_OK(Get("0", "v1"));
  EXPECT_EQ(made_, made);
  EXPECT_OK(Get("one more", "v1"));
  EXPECT_EQ(made_, made + 1);
}

TEST_F(MadePagesTest, APageThatWasOvertakenIsNotKept) {
  const auto overtaken = [this]() -> absl::StatusOr<std::string> {
    EXPECT_OK(Get("other", "v2"));
    return "old";
  };
  EXPECT_EQ(*pages_.Get("a", "v1", overtaken), "old");
  EXPECT_EQ(*Get("a", "v1"), "2");
}

TEST_F(MadePagesTest, OneMoreThanMayBeMadeAtOnceIsRefusedAndKeptOnesAreNot) {
  EXPECT_EQ(*Get("kept", "v1"), "1");
  std::mutex mutex;
  std::condition_variable changed;
  int begun = 0;
  bool go_on = false;
  const auto slow = [&]() -> absl::StatusOr<std::string> {
    std::unique_lock lock(mutex);
    ++begun;
    changed.notify_all();
    changed.wait(lock, [&] { return go_on; });
    return "slow";
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < MadePages::kMadeAtOnce; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(*pages_.Make(slow), "slow"); });
  }
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return begun == MadePages::kMadeAtOnce; });
  }
  EXPECT_THAT(Get("a", "v1"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("again")));
  EXPECT_EQ(*Get("kept", "v1"), "1");
  {
    const std::lock_guard lock(mutex);
    go_on = true;
  }
  changed.notify_all();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(*Get("a", "v1"), "2");
}

}  // namespace
}  // namespace sockdrift
