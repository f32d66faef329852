#include "agent/os/child_watch.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

#include "agent/os/unique_fd.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

constexpr int kStatus = 7;

// A child that ends when this object's pipe does.
class WaitingChild {
 public:
  WaitingChild() {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const UniqueFd read(ends[0]);
    held_.reset(ends[1]);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[1]);
      char unused;
      ::_exit(::read(ends[0], &unused, 1) == 0 ? kStatus : 1);
    }
  }
  ~WaitingChild() {
    if (pid_ > 0) Reap();
  }

  pid_t pid() const { return pid_; }
  void LetEnd() { held_.reset(); }
  int Reap() {
    held_.reset();
    int how = 0;
    ::waitpid(std::exchange(pid_, -1), &how, 0);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
  }

 private:
  UniqueFd held_;
  pid_t pid_ = -1;
};

bool Readable(const ChildWatch& watch, int patience_ms) {
  pollfd ready = {watch.fd(), POLLIN, 0};
  return ::poll(&ready, 1, patience_ms) == 1;
}

class EveryChildWatch
    : public ::testing::TestWithParam<absl::StatusOr<ChildWatch> (*)(pid_t)> {};

TEST_P(EveryChildWatch, SaysWhenTheChildHasEndedAndLeavesItsStatus) {
  WaitingChild child;
  absl::StatusOr<ChildWatch> watch = GetParam()(child.pid());
  ASSERT_TRUE(watch.ok()) << watch.status();
  EXPECT_FALSE(Readable(*watch, 0));
  child.LetEnd();
  EXPECT_TRUE(Readable(*watch, -1));
  watch->Finish();
  EXPECT_EQ(child.Reap(), kStatus);
}

TEST_P(EveryChildWatch, MovesWithWhoOwnsIt) {
  WaitingChild child;
  absl::StatusOr<ChildWatch> watch = GetParam()(child.pid());
  ASSERT_TRUE(watch.ok()) << watch.status();
  ChildWatch owned;
  owned = *std::move(watch);
  ChildWatch moved(std::move(owned));
  child.LetEnd();
  EXPECT_TRUE(Readable(moved, -1));
  EXPECT_EQ(owned.fd(), -1);
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryChildWatch,
                         ::testing::Values(&ChildWatch::Start,
                                           &ChildWatch::StartThread),
                         [](const auto& kind) {
                           return kind.index == 0 ? "Pidfd" : "Thread";
                         });

}  // namespace
}  // namespace sockdrift
