// With which rights calls run, by who started the probe.
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/worlds/job_world.h"
#include "agent/worlds/namespaces.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/worlds/in_child.h"
#include "tests/support/programs.h"
#include "tests/support/require.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string BindPort80() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(80);
  const int result =
      ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  const std::string said = result == 0 ? "ok" : ::strerrorname_np(errno);
  ::close(fd);
  return said;
}

// Who calls run as, and what binding port 80 answers without and with the
// capability for it, and without it again.
std::string BindWithAndWithout(const Job& job) {
  const auto entered = JobWorld::Enter(job);
  if (!entered.ok()) return std::string(entered.status().message());
  JobWorld& world = **entered;
  if (const auto set_up = world.SetUp(); !set_up.ok()) {
    return std::string(set_up.message());
  }
  // Asked for now: the filter forbids it.
  std::string said = world.by_user_namespace() ? "user namespace" : "privilege";
  if (const auto confined = world.Confine(); !confined.ok()) {
    return std::string(confined.message());
  }
  const absl::string_view cap = "CAP_NET_BIND_SERVICE";
  absl::StrAppend(&said, ": ", BindPort80());
  absl::StrAppend(&said, " ", world.CannotHaveCaps({cap}));
  if (!world.UseCaps({cap}).ok()) return "capabilities were refused";
  absl::StrAppend(&said, BindPort80());
  if (!world.UseCaps({}).ok()) return "capabilities were refused";
  absl::StrAppend(&said, " ", BindPort80());
  return said;
}

Job BindingJob() {
  Job job;
  job.program = testing::BindPair();
  job.program.caps = {testing::Constant("CAP_NET_BIND_SERVICE")};
  job.world = World::kPristine;
  return job;
}

TEST(RightsTest, RootsCallsAreUnprivilegedUnlessThePlanSaysOtherwise) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  const Job job = BindingJob();
  EXPECT_EQ(testing::InChild([&job] { return BindWithAndWithout(job); }),
            "privilege: EACCES ok EACCES");
}

TEST(RightsTest, AnOrdinaryUsersAreTheSameThroughAUserNamespace) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  SOCKDRIFT_REQUIRE_OR_SKIP("userns");
  const Job job = BindingJob();
  const std::string said = testing::InChild([&job]() -> std::string {
    if (!LeaveRoot().ok() || !SetCapabilities({}).ok()) return "still root";
    return BindWithAndWithout(job);
  });
  EXPECT_EQ(said, "user namespace: EACCES ok EACCES");
}

TEST(RightsTest, WhatThePlanDoesNotNeedIsGivenUpForGood) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  Job job = BindingJob();
  job.program.caps = {testing::Constant("none")};
  const std::string said = testing::InChild([&job]() -> std::string {
    const auto entered = JobWorld::Enter(job);
    if (!entered.ok()) return "refused";
    if (!(*entered)->Confine().ok()) return "not confined";
    const absl::string_view cap = "CAP_NET_BIND_SERVICE";
    return absl::StrCat(
        absl::StrJoin(CapabilityNames(ReadCapabilities().permitted), ","), "|",
        (*entered)->CannotHaveCaps({cap}), "|",
        (*entered)->CannotHaveCaps({"CAP_NO_SUCH"}), "|",
        (*entered)->CannotHaveCaps({"none"}));
  });
  EXPECT_EQ(said,
            "|the plan needs CAP_NET_BIND_SERVICE, which this probe was not "
            "given|there is no capability named CAP_NO_SUCH|");
}

TEST(RightsTest, CallsOfRootsProbeRunAsNobody) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  Job job = BindingJob();
  const std::string said = testing::InChild([&job]() -> std::string {
    const auto entered = JobWorld::Enter(job);
    if (!entered.ok()) return "refused";
    // Confine ends with the filter; this is what comes before it.
    if (!LeaveRoot().ok()) return "still root";
    return absl::StrCat(::geteuid(), " ", ::getegid(), " ",
                        ::getgroups(0, nullptr));
  });
  EXPECT_EQ(said, "65534 65534 0");
}

// A host that forbids user namespaces says so, with the setting's name.
TEST(RightsTest, AWorldThatCannotBeMadeIsRefusedInWords) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  SOCKDRIFT_REQUIRE_OR_SKIP("userns");
  const Job job = BindingJob();
  const std::string said = testing::InChild([&job]() -> std::string {
    // A user namespace of one's own has a limit of its own.
    if (::unshare(CLONE_NEWUSER) != 0) return "no user namespace";
    if (!WriteSysctl("user/max_user_namespaces", "0").ok()) return "not set";
    if (!SetCapabilities({}).ok()) return "capabilities stay";
    return std::string(JobWorld::Enter(job).status().message());
  });
  EXPECT_THAT(said, StartsWith("world pristine cannot be had"));
  EXPECT_THAT(said, HasSubstr("max_user_namespaces is 0"));
}

// Its kernel shows no such namespace, as one without CONFIG_NET_NS.
TEST(RightsTest, AKernelWithoutNetworkNamespacesSaysSo) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  const Job job = BindingJob();
  const std::string said = testing::InChild([&job]() -> std::string {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", "/proc/self/ns", "tmpfs", 0, nullptr) != 0) {
      return "the namespaces cannot be hidden";
    }
    return std::string(JobWorld::Enter(job).status().message());
  });
  EXPECT_THAT(said, StartsWith("world pristine cannot be had: this kernel was "
                               "built without network namespaces"));
}

// The owner of a socket, as the kernel keeps it.
std::string OwnerOf(int fd) {
  struct stat about = {};
  if (::fstat(fd, &about) != 0) return "?";
  return absl::StrCat(about.st_uid);
}

// Who owns the sockets that are made as nobody in particular, as u1, as u2, and
// as nobody in particular again; and the capabilities of the last.
std::string OwnersInTurn(const Job& job) {
  const auto entered = JobWorld::Enter(job);
  if (!entered.ok()) return std::string(entered.status().message());
  JobWorld& world = **entered;
  if (!world.SetUp().ok() || !world.Confine().ok()) return "not confined";
  std::vector<std::string> owners;
  for (const char* user : {"", "u1", "u2", ""}) {
    const std::string why = *user == 0 ? "" : world.CannotHaveUser(user);
    if (!why.empty()) return why;
    if (!world.UseUser(user).ok()) return "refused";
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    owners.push_back(OwnerOf(fd));
    ::close(fd);
  }
  owners.push_back(
      absl::StrJoin(CapabilityNames(ReadCapabilities().effective), ","));
  return absl::StrJoin(owners, " ");
}

Job JobOfUsers() {
  Job job = BindingJob();
  job.program.caps.clear();
  job.program.users = {"u1", "u2"};
  // OwnerOf asks for what no operation does.
  job.program.steps.emplace_back().operation = Operation::kResolve;
  return job;
}

TEST(RightsTest, SocketsBelongToTheUserThatThePlanNames) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  const Job job = JobOfUsers();
  EXPECT_EQ(testing::InChild([&job] { return OwnersInTurn(job); }),
            "65534 65530 65531 65534 ");
}

TEST(RightsTest, AUserNamespaceOfOnesOwnHasNoOtherUsers) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  SOCKDRIFT_REQUIRE_OR_SKIP("userns");
  const Job job = JobOfUsers();
  const std::string said = testing::InChild([&job]() -> std::string {
    if (!LeaveRoot().ok() || !SetCapabilities({}).ok()) return "still root";
    return OwnersInTurn(job);
  });
  EXPECT_THAT(said, HasSubstr("one uid only"));
}

TEST(RightsTest, WithoutTheRightToChangeUsersThereAreNone) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  Job job = BindingJob();
  job.program.users = {"u1"};
  job.world = World::kOwn;
  const std::string said = testing::InChild([&job]() -> std::string {
    if (!LeaveRoot().ok() || !SetCapabilities({}).ok()) return "still root";
    const auto entered = JobWorld::Enter(job);
    if (!entered.ok()) return std::string(entered.status().message());
    JobWorld& world = **entered;
    if (!world.SetUp().ok() || !world.Confine().ok()) return "not confined";
    return world.CannotHaveUser("u1");
  });
  EXPECT_THAT(said, HasSubstr("takes CAP_SETUID and CAP_SETGID"));
}

// The scheduling policy of a confined process; -1 when it came to nothing.
int PolicyOf(const Job& job) {
  int ends[2];
  if (::pipe(ends) != 0) return -1;
  const pid_t child = ::fork();
  if (child == 0) {
    const auto entered = JobWorld::Enter(job);
    const bool confined =
        entered.ok() && (*entered)->SetUp().ok() && (*entered)->Confine().ok();
    if (!confined || ::write(ends[1], "", 1) != 1) ::_exit(1);
    ::poll(nullptr, 0, -1);
    ::_exit(0);
  }
  ::close(ends[1]);
  char ready;
  const int policy =
      ::read(ends[0], &ready, 1) == 1 ? ::sched_getscheduler(child) : -1;
  ::close(ends[0]);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  return policy;
}

TEST(RightsTest, OnlyJobsInTheBackgroundYieldToAll) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  Job job = BindingJob();
  EXPECT_EQ(PolicyOf(job), SCHED_OTHER);
  job.background = true;
  EXPECT_EQ(PolicyOf(job), SCHED_IDLE);
}

}  // namespace
}  // namespace sockdrift
