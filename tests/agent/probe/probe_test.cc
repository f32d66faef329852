// The real probe under supervision.
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/supervise/supervise.h"
#include "agent/worlds/doctor.h"
#include "agent/worlds/sysctls.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/probe/jobs.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A process's children, by their parent's list.
std::vector<pid_t> ChildrenOf(pid_t parent) {
  std::vector<pid_t> children;
  std::ifstream file(
      absl::StrCat("/proc/", parent, "/task/", parent, "/children"));
  for (pid_t child; file >> child;) children.push_back(child);
  return children;
}

// Runs the waiting job and does something to its probe once a cell has ended.
absl::StatusOr<ProbeResult> Disturb(int signal, absl::Duration deadline) {
  SuperviseOptions options;
  options.probe = testing::kProbe;
  options.deadline = deadline;
  bool done = false;
  options.progress = [&done, signal](uint64_t finished, uint64_t) {
    if (finished == 0 || std::exchange(done, true)) return;
    for (const pid_t child : ChildrenOf(::getpid())) ::kill(child, signal);
  };
  return RunJob(testing::WaitingJob(), options);
}

TEST(ProbeTest, RunsAJobInEveryWorldThatThisHostGives) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  for (const World world : {World::kReplica, World::kPristine, World::kOwn}) {
    SCOPED_TRACE(std::string(WorldName(world)));
    ASSERT_OK_AND_ASSIGN(
        const ProbeResult result,
        RunJob(testing::BindJob(world), {.probe = testing::kProbe}));
    EXPECT_EQ(result.end, ProbeEnd::kFinished) << result.message;
    EXPECT_THAT(result.record.status, Each(CellStatus::kDone));
    // Two plain sockets cannot have the same address and port.
    EXPECT_EQ(result.record.Outcome(0, 0), "ok");
    EXPECT_EQ(result.record.Outcome(1, 0), "EADDRINUSE");
  }
}

TEST(ProbeTest, AKilledOneCostsTheCellInFlightOnly) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  ASSERT_OK_AND_ASSIGN(const ProbeResult result,
                       Disturb(SIGKILL, absl::Seconds(60)));
  EXPECT_EQ(result.end, ProbeEnd::kCrashed);
  EXPECT_THAT(result.record.status,
              ElementsAre(CellStatus::kDone, CellStatus::kError));
  EXPECT_EQ(result.record.Outcome(0, 0), "ok");
  EXPECT_THAT(std::string(result.record.Reason(1)), HasSubstr("SIGKILL"));
}

TEST(ProbeTest, AHungOneIsKilledAtItsDeadlineAndKeepsWhatItFinished) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  ASSERT_OK_AND_ASSIGN(const ProbeResult result,
                       Disturb(SIGSTOP, absl::Seconds(3)));
  EXPECT_EQ(result.end, ProbeEnd::kTimedOut);
  EXPECT_THAT(result.record.status,
              ElementsAre(CellStatus::kDone, CellStatus::kError));
  EXPECT_THAT(result.message, HasSubstr("deadline of 3s"));
}

TEST(ProbeTest, LeavesNoProcessAndNoSysctlBehind) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  const Sysctls before = ReadNetworkSysctls();
  Job job = testing::BindJob();
  job.overrides = {{"net.ipv6.bindv6only", "1"}};
  ASSERT_OK_AND_ASSIGN(const ProbeResult result,
                       RunJob(job, {.probe = testing::kProbe}));
  EXPECT_EQ(result.end, ProbeEnd::kFinished) << result.message;
  ASSERT_OK(Disturb(SIGKILL, absl::Seconds(60)).status());
  EXPECT_THAT(ChildrenOf(::getpid()), IsEmpty());
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
  EXPECT_EQ(ReadNetworkSysctls(), before);
}

TEST(ProbeTest, WhatItsWorldCannotGiveIsSkippedWithTheReason) {
  Job job = testing::BindJob(World::kOwn);
  job.program.isolation = Isolation::kCell;
  ASSERT_OK_AND_ASSIGN(const ProbeResult result,
                       RunJob(job, {.probe = testing::kProbe}));
  EXPECT_EQ(result.end, ProbeEnd::kFinished) << result.message;
  EXPECT_THAT(result.record.status, Each(CellStatus::kSkip));
  EXPECT_THAT(std::string(result.record.Reason(0)),
              HasSubstr("fresh namespace for each cell"));
}

TEST(ProbeTest, ARefusedWorldMakesNoCall) {
  Job job = testing::BindJob(World::kOwn);
  job.overrides = {{"net.ipv6.bindv6only", "1"}};
  ASSERT_OK_AND_ASSIGN(const ProbeResult result,
                       RunJob(job, {.probe = testing::kProbe}));
  EXPECT_EQ(result.end, ProbeEnd::kWorldRefused);
  EXPECT_THAT(result.message, HasSubstr("world own cannot be had"));
  EXPECT_THAT(result.record.status, Each(CellStatus::kSkip));
}

TEST(ProbeTest, IsolationCellGivesTheSameAsOneWorld) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  Job job = testing::BindJob(World::kPristine);
  ASSERT_OK_AND_ASSIGN(const ProbeResult one,
                       RunJob(job, {.probe = testing::kProbe}));
  job.program.isolation = Isolation::kCell;
  ASSERT_OK_AND_ASSIGN(const ProbeResult each,
                       RunJob(job, {.probe = testing::kProbe}));
  EXPECT_EQ(each.end, ProbeEnd::kFinished) << each.message;
  EXPECT_EQ(each.record, one.record);
}

TEST(ProbeTest, RepeatsHaveNoNamespaceInCommon) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  ASSERT_OK_AND_ASSIGN(
      const ProbeResult result,
      RunJob(testing::LeftoverJob(), {.probe = testing::kProbe}));
  EXPECT_EQ(result.end, ProbeEnd::kFinished) << result.message;
  ASSERT_THAT(result.record.status, ElementsAre(CellStatus::kDone))
      << result.record.Reason(0);
  EXPECT_EQ(result.record.Outcome(0, 0), "ok");
}

TEST(ProbeTest, OneKilledInARepeatEndsTheJobAsItDied) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  Job job = testing::WaitingJob();
  job.repeats = 2;
  // Cells of such a plan do not overlap, and so its repeats are apart.
  job.program.ports = {{"own", 40000, 40000}};
  SuperviseOptions options;
  options.probe = testing::kProbe;
  options.deadline = absl::Seconds(60);
  options.progress = [](uint64_t finished, uint64_t) {
    if (finished == 0) return;
    for (const pid_t probe : ChildrenOf(::getpid())) {
      for (const pid_t worker : ChildrenOf(probe)) ::kill(worker, SIGBUS);
    }
  };
  ASSERT_OK_AND_ASSIGN(const ProbeResult result, RunJob(job, options));
  EXPECT_EQ(result.end, ProbeEnd::kCrashed);
  EXPECT_THAT(result.record.status,
              ElementsAre(CellStatus::kMiss, CellStatus::kError));
  EXPECT_THAT(std::string(result.record.Reason(1)), HasSubstr("SIGBUS"));
}

TEST(DoctorTest, SaysWhichWorldsThisHostGives) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  ASSERT_OK_AND_ASSIGN(const std::vector<WorldAvailability> worlds,
                       Examine(testing::kProbe));
  ASSERT_EQ(worlds.size(), 4u);
  for (const WorldAvailability& world : worlds) {
    SCOPED_TRACE(std::string(WorldName(world.world)));
    EXPECT_NE(world.available, !world.reason.empty());
    if (world.world != World::kHost) {
      EXPECT_TRUE(world.available) << world.reason;
    }
  }
  EXPECT_FALSE(Examine("/nonexistent").ok());
}

}  // namespace
}  // namespace sockdrift
