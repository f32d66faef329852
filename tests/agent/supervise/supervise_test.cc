#include "agent/supervise/supervise.h"

#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/os/unique_fd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

Job SmallJob() {
  Job job;
  job.plan = "bind.pair";
  job.program = testing::BindPair({"127.0.0.1"});
  return job;
}

// A shell script in the probe's place.
class StandInTest : public ::testing::Test {
 protected:
  std::string Probe(absl::string_view body) {
    const std::string path = (folder_ / "probe").string();
    std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
    ::chmod(path.c_str(), 0755);
    return path;
  }
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_ =
      std::filesystem::path(::testing::TempDir()) /
      absl::StrCat("sockdrift-supervise-", ::getpid());
};

struct End {
  std::string name;
  std::string body;
  absl::Duration deadline = absl::ZeroDuration();
  ProbeEnd end;
  std::string message;
};

using EndTest = StandInTest;

TEST_F(EndTest, EachIsToldFromTheOthers) {
  const End ends[] = {
      {.name = "crash",
       .body = "kill -SEGV $$",
       .end = ProbeEnd::kCrashed,
       .message = "SIGSEGV"},
      {.name = "filter",
       .body = "kill -SYS $$",
       .end = ProbeEnd::kCrashed,
       .message = "system call"},
      {.name = "killed from outside",
       .body = "kill -KILL $$",
       .end = ProbeEnd::kCrashed,
       .message = "from outside"},
      {.name = "exit",
       .body = "exit 7",
       .end = ProbeEnd::kFailed,
       .message = "exited with 7"},
      {.name = "hang",
       .body = "kill -STOP $$",
       .deadline = absl::Milliseconds(300),
       .end = ProbeEnd::kTimedOut,
       .message = "deadline of 300ms"},
  };
  for (const End& expected : ends) {
    SCOPED_TRACE(expected.name);
    ASSERT_OK_AND_ASSIGN(const ProbeResult result,
                         RunJob(SmallJob(), {.probe = Probe(expected.body),
                                             .deadline = expected.deadline}));
    EXPECT_EQ(result.end, expected.end) << ProbeEndName(result.end);
    EXPECT_THAT(result.message, HasSubstr(expected.message));
    EXPECT_THAT(result.record.status, Each(CellStatus::kMiss));
    EXPECT_EQ(result.record.cells(), 4u);
    EXPECT_THAT(std::string(result.record.Reason(0)),
                HasSubstr(expected.message));
  }
}

TEST_F(StandInTest, CancellingEndsAJob) {
  bool asked = false;
  SuperviseOptions options;
  options.probe = Probe("sleep 600");
  options.cancelled = [&asked] { return std::exchange(asked, true); };
  ASSERT_OK_AND_ASSIGN(const ProbeResult result, RunJob(SmallJob(), options));
  EXPECT_EQ(result.end, ProbeEnd::kCancelled);
}

TEST_F(StandInTest, WhatAProbeStartedEndsWithIt) {
  const std::string pid_file = (folder_ / "pid").string();
  ASSERT_OK_AND_ASSIGN(
      const ProbeResult result,
      RunJob(SmallJob(), {.probe = Probe(absl::StrCat("sleep 600 & echo $! > ",
                                                      pid_file))}));
  EXPECT_EQ(result.end, ProbeEnd::kFailed);
  pid_t left = 0;
  std::ifstream(pid_file) >> left;
  ASSERT_GT(left, 0);
  // Either it is gone, or its end comes.
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, left, 0)));
  if (!process.valid()) return;
  pollfd ended = {process.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ended, 1, 10'000), 1);
}

TEST_F(StandInTest, JobsRunBesideOneAnotherAndKeepTheirOrder) {
  // Each waits until all three have begun.
  const std::string body = absl::StrCat(
      "cd ", folder_.string(),
      "; mktemp began.XXXXXX >/dev/null; until [ "
      "$(ls began.* | wc -l) -ge 3 ]; do sleep 0.01; done; exit 3");
  std::vector<size_t> done;
  const auto results =
      RunJobs({SmallJob(), SmallJob(), SmallJob()},
              {.probe = Probe(body), .deadline = absl::Seconds(30)}, 3,
              [&done](size_t index, const absl::StatusOr<ProbeResult>&) {
                done.push_back(index);
              });
  ASSERT_EQ(results.size(), 3u);
  for (const absl::StatusOr<ProbeResult>& result : results) {
    ASSERT_OK(result.status());
    EXPECT_THAT(result->message, HasSubstr("exited with 3"));
  }
  EXPECT_THAT(done, ::testing::UnorderedElementsAre(0, 1, 2));
}

TEST_F(StandInTest, JobsThatShareANamespaceRunOneAfterAnother) {
  // Each fails when another has begun and not ended.
  const std::string body =
      absl::StrCat("cd ", folder_.string(),
                   "; mkdir alone || exit 4; sleep 0.05; rmdir alone; exit 3");
  Job job = SmallJob();
  job.world = World::kOwn;
  const auto results = RunJobs(
      {job, job, job}, {.probe = Probe(body), .deadline = absl::Seconds(30)}, 3,
      nullptr);
  for (const absl::StatusOr<ProbeResult>& result : results) {
    ASSERT_OK(result.status());
    EXPECT_THAT(result->message, HasSubstr("exited with 3"));
  }
}

TEST(SuperviseTest, SaysWhereItLookedForAProbe) {
  const absl::Status status =
      RunJob(SmallJob(), {.probe = "/nonexistent/probe"}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nonexistent/probe"));
}

}  // namespace
}  // namespace sockdrift
