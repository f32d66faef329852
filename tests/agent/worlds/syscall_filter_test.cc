#include "agent/worlds/syscall_filter.h"

#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/job/tally_memory.h"
#include "agent/supervise/conclude.h"
#include "agent/worlds/confinement.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/worlds/in_child.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Program ListeningProgram() {
  Program program = testing::BindPair();
  Step listen;
  listen.operation = Operation::kListen;
  listen.fields = {{FieldId::kOf, testing::Constant("a")}};
  program.steps.push_back(listen);
  return program;
}

// A socket that listens, under a filter; "listens" or the errno.
std::string ListenUnder(const std::set<std::string>& calls) {
  return testing::InChild([&calls]() -> std::string {
    std::vector<std::string> notes;
    absl::Status status = LimitProcess(notes);
    if (status.ok()) status = InstallSyscallFilter(calls);
    if (!status.ok()) return std::string(status.message());
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    return ::listen(fd, 1) == 0 ? "listens" : "errno";
  });
}

TEST(SyscallFilterTest, AllowsTheCallsOfTheOperations) {
  EXPECT_THAT(AllowedCalls(ListeningProgram()), Contains("listen"));
  EXPECT_EQ(ListenUnder(AllowedCalls(ListeningProgram())), "listens");
}

TEST(SyscallFilterTest, KillsWhatItDoesNotAllow) {
  std::set<std::string> calls = AllowedCalls(ListeningProgram());
  calls.erase("listen");
  EXPECT_EQ(ListenUnder(calls), absl::StrCat("killed by signal ", SIGSYS));
}

TEST(SyscallFilterTest, LeavesOutWhatTheProgramDoesNotDo) {
  const std::set<std::string> calls = AllowedCalls(testing::BindPair());
  for (const char* call : {"capset", "unshare", "clone", "execve", "openat",
                           "ptrace", "mount", "kill", "ioctl"}) {
    EXPECT_THAT(calls, Not(Contains(call)));
  }
}

// A link's number is asked for by ioctl(2).
TEST(SyscallFilterTest, AProgramThatNamesALinkMayAskForItsNumber) {
  Program zone = testing::BindPair();
  Step bind;
  bind.operation = Operation::kBind;
  bind.fields = {{FieldId::kOf, testing::Constant("a")},
                 {FieldId::kTo, testing::Constant("[fe80::1%d1]:A")}};
  zone.steps.push_back(bind);
  EXPECT_THAT(AllowedCalls(zone), Contains("ioctl"));
  Program option = testing::BindPair();
  Step get;
  get.operation = Operation::kGetsockopt;
  get.fields = {{FieldId::kOf, testing::Constant("a")},
                {FieldId::kName, testing::Constant("IPV6_MULTICAST_IF")}};
  option.steps.push_back(get);
  EXPECT_THAT(AllowedCalls(option), Contains("ioctl"));
}

// Settings that vary need namespaces made while cells run.
TEST(SyscallFilterTest, AProgramWhoseSettingsVaryMayMakeNamespaces) {
  Program program = testing::BindPair();
  program.settings = {{SettingKind::kSysctl, "net.ipv6.bindv6only",
                       testing::OfAxis(1, {"0", "1"}), ""}};
  EXPECT_THAT(AllowedCalls(program), Contains("unshare"));
}

TEST(SyscallFilterTest, NamesACallThatDoesNotExist) {
  const std::string said = testing::InChild([]() -> std::string {
    std::vector<std::string> notes;
    if (!LimitProcess(notes).ok()) return "not limited";
    return std::string(InstallSyscallFilter({"no_such_call"}).message());
  });
  EXPECT_THAT(said, HasSubstr("no_such_call"));
}

// The kill must never look like an answer of the kernel under test.
TEST(SyscallFilterTest, ItsKillIsACrashAndNoOutcome) {
  Job job;
  job.program = ListeningProgram();
  ASSERT_OK_AND_ASSIGN(TallyMemory memory, TallyMemory::Make(job));
  memory.tally().SetPhase(TallyPhase::kRunning, "");
  memory.tally().Start(0, 0);
  const ProbeResult result = Conclude(job, memory.tally(), ChildEnd{SIGSYS, 0},
                                      std::nullopt, absl::ZeroDuration());
  EXPECT_EQ(result.end, ProbeEnd::kCrashed);
  EXPECT_THAT(result.message, HasSubstr("SIGSYS"));
  EXPECT_EQ(result.record.status[0], CellStatus::kError);
  EXPECT_EQ(result.record.status[1], CellStatus::kMiss);
}

}  // namespace
}  // namespace sockdrift
