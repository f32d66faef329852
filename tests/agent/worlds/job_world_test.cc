#include "agent/worlds/job_world.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/os/text_file.h"
#include "agent/os/unique_fd.h"
#include "agent/worlds/namespaces.h"
#include "agent/worlds/pristine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/worlds/in_child.h"
#include "tests/support/programs.h"
#include "tests/support/require.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;

Job JobIn(World world) {
  Job job;
  job.program = testing::BindPair();
  job.world = world;
  return job;
}

std::string NamespaceInode() {
  struct stat about = {};
  ::stat("/proc/self/ns/net", &about);
  return absl::StrCat(about.st_ino);
}

std::string Values(const std::vector<std::string>& names) {
  std::vector<std::string> values;
  for (const std::string& name : names) {
    values.push_back(ReadSysctl(name).value_or("unreadable"));
  }
  return absl::StrJoin(values, ";");
}

const std::vector<std::string> kChanged = {
    "net/ipv4/ip_local_port_range", "net/ipv4/ip_unprivileged_port_start",
    "net/ipv4/ip_local_reserved_ports", "net/ipv6/bindv6only",
    "net/ipv6/conf/lo/disable_ipv6"};

// A namespace whose settings are unlike the kernel's.
std::string EnterChangedNamespace() {
  if (::unshare(CLONE_NEWNET) != 0) return "no namespace";
  const Sysctls values = {{kChanged[0], "500 50000"},
                          {kChanged[1], "400"},
                          {kChanged[2], "8080,9000-9002"},
                          {kChanged[3], "1"},
                          {kChanged[4], "1"}};
  const SysctlCopy copy = WriteSysctls(values);
  return copy.missed.empty() && copy.absent.empty() ? "" : "not changed";
}

class JobWorldTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SOCKDRIFT_REQUIRE_OR_SKIP("root");
    SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  }
};

TEST_F(JobWorldTest, AReplicaHasTheSettingsOfWhereItWasStarted) {
  const Job job = JobIn(World::kReplica);
  const std::string said = testing::InChild([&job]() -> std::string {
    const std::string failed = EnterChangedNamespace();
    if (!failed.empty()) return failed;
    const std::string before = NamespaceInode();
    const auto world = JobWorld::Enter(job);
    if (!world.ok()) return std::string(world.status().message());
    if (NamespaceInode() == before) return "no fresh namespace";
    if (!(*world)->SetUp().ok()) return "not set up";
    const PortRules& ports = (*world)->ports();
    return absl::StrCat(Values(kChanged), "|", ports.unprivileged_start, " ",
                        ports.ephemeral_first, " ", ports.ephemeral_last, " ",
                        absl::StrJoin(ports.reserved, ","), "|",
                        absl::StrJoin((*world)->notes(), ","));
  });
  EXPECT_EQ(said,
            "500 50000;400;8080,9000-9002;1;1|400 500 50000 "
            "8080,9000,9001,9002|");
}

TEST_F(JobWorldTest, AnOrdinaryUsersReplicaListsWhatDidNotTake) {
  SOCKDRIFT_REQUIRE_OR_SKIP("userns");
  const Job job = JobIn(World::kReplica);
  const std::string said = testing::InChild([&job]() -> std::string {
    if (::unshare(CLONE_NEWNET) != 0) return "no namespace";
    // Groups that a user namespace of one user cannot name.
    const std::string groups = "net/ipv4/ping_group_range";
    if (!WriteSysctl(groups, "5 6").ok()) return "not set";
    if (!WriteSysctl("net/ipv6/bindv6only", "1").ok()) return "not set";
    if (!LeaveRoot().ok() || !SetCapabilities({}).ok()) return "still root";
    const auto world = JobWorld::Enter(job);
    if (!world.ok()) return std::string(world.status().message());
    return absl::StrCat(Values({"net/ipv6/bindv6only"}), "|",
                        absl::StrJoin((*world)->notes(), "\n"));
  });
  EXPECT_THAT(said, ::testing::StartsWith("1|"));
  EXPECT_THAT(said, HasSubstr("net.ipv4.ping_group_range: wanted 5 6, got"));
}

TEST_F(JobWorldTest, APristineOneHasTheKernelsDefaults) {
  const Job job = JobIn(World::kPristine);
  const std::string said = testing::InChild([&job]() -> std::string {
    const std::string failed = EnterChangedNamespace();
    if (!failed.empty()) return failed;
    const auto world = JobWorld::Enter(job);
    if (!world.ok()) return std::string(world.status().message());
    std::string wrong = absl::StrJoin((*world)->notes(), ",");
    for (const auto& [name, value] : PristineSysctls()) {
      const auto got = ReadSysctl(name);
      if (got.ok() && *got != value) absl::StrAppend(&wrong, name, "=", *got);
    }
    return absl::StrCat(Values({kChanged[0], kChanged[3]}), "|", wrong);
  });
  EXPECT_EQ(said, "32768 60999;0|");
}

TEST_F(JobWorldTest, LoopbackIsUp) {
  const Job job = JobIn(World::kPristine);
  const std::string said = testing::InChild([&job]() -> std::string {
    const auto world = JobWorld::Enter(job);
    if (!world.ok()) return std::string(world.status().message());
    const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(9);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(fd, reinterpret_cast<const sockaddr*>(&address),
                     sizeof(address)) == 0
               ? "up"
               : "down";
  });
  EXPECT_EQ(said, "up");
}

TEST_F(JobWorldTest, OverridesComeLastAndMustTake) {
  Job job = JobIn(World::kPristine);
  job.overrides = {{"net.ipv6.bindv6only", "1"}};
  const auto set_up = [&job]() -> std::string {
    const auto world = JobWorld::Enter(job);
    if (!world.ok()) return std::string(world.status().message());
    const absl::Status status = (*world)->SetUp();
    if (!status.ok()) return std::string(status.message());
    return Values({"net/ipv6/bindv6only"});
  };
  EXPECT_EQ(testing::InChild(set_up), "1");
  job.overrides = {{"net.ipv6.bindv6only", "300"}};
  EXPECT_THAT(testing::InChild(set_up),
              HasSubstr("net/ipv6/bindv6only stays 0 where 300 is wanted"));
  job.overrides = {{"net.ipv4.no_such_thing", "1"}};
  EXPECT_THAT(testing::InChild(set_up), HasSubstr("no_such_thing"));
  job.overrides = {{"kernel.hostname", "x"}};
  EXPECT_THAT(testing::InChild(set_up), HasSubstr("no network sysctl"));
}

// Whether an address can be bound.
std::string CanBind(int family, const char* text) {
  sockaddr_in6 six = {};
  sockaddr_in four = {};
  four.sin_family = AF_INET;
  six.sin6_family = AF_INET6;
  const bool is_six = family == AF_INET6;
  ::inet_pton(family, text,
              is_six ? static_cast<void*>(&six.sin6_addr)
                     : static_cast<void*>(&four.sin_addr));
  const int fd = ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int result =
      is_six
          ? ::bind(fd, reinterpret_cast<const sockaddr*>(&six), sizeof(six))
          : ::bind(fd, reinterpret_cast<const sockaddr*>(&four), sizeof(four));
  ::close(fd);
  return result == 0 ? "y" : "n";
}

TEST_F(JobWorldTest, APlansLinksAndAddressesAreThere) {
  Job job = JobIn(World::kPristine);
  job.program.settings = {
      {SettingKind::kAddress, "d1", testing::Constant("192.0.2.1/24"), ""},
      {SettingKind::kAddress, "d1", testing::Constant("2001:db8::1/64"), ""},
      {SettingKind::kAddress, "lo", testing::Constant("192.0.2.77/32"), ""},
      {SettingKind::kLink, "d1", testing::Constant("dummy"), ""}};
  const std::string said = testing::InChild([&job]() -> std::string {
    const auto world = JobWorld::Enter(job);
    if (!world.ok()) return std::string(world.status().message());
    const absl::Status status = (*world)->SetUp();
    if (!status.ok()) return std::string(status.message());
    return absl::StrCat(
        CanBind(AF_INET, "192.0.2.1"), CanBind(AF_INET6, "2001:db8::1"),
        CanBind(AF_INET, "192.0.2.77"), CanBind(AF_INET, "192.0.2.2"));
  });
  if (absl::StrContains(said, "no links of kind dummy")) {
    SOCKDRIFT_MISSING("dummy links", said);
  }
  EXPECT_EQ(said, "yyyn");
}

TEST_F(JobWorldTest, APlansAddressesAreThere) {
  Job job = JobIn(World::kPristine);
  job.program.settings = {
      {SettingKind::kAddress, "lo", testing::Constant("192.0.2.77/32"), ""},
      {SettingKind::kAddress, "lo", testing::Constant("2001:db8::7/128"), ""}};
  const std::string said = testing::InChild([&job]() -> std::string {
    const auto world = JobWorld::Enter(job);
    if (!world.ok()) return std::string(world.status().message());
    const absl::Status status = (*world)->SetUp();
    if (!status.ok()) return std::string(status.message());
    return absl::StrCat(CanBind(AF_INET, "192.0.2.77"),
                        CanBind(AF_INET6, "2001:db8::7"),
                        CanBind(AF_INET, "192.0.2.78"));
  });
  EXPECT_EQ(said, "yyn");
}

// An impossible setting is a reason to skip, in words, and no crash.
TEST_F(JobWorldTest, ASettingThatCannotBeSaysWhy) {
  Job job = JobIn(World::kPristine);
  const auto set_up = [&job]() -> std::string {
    const auto world = JobWorld::Enter(job);
    if (!world.ok()) return "refused";
    return std::string((*world)->SetUp().message());
  };
  job.program.settings = {
      {SettingKind::kAddress, "d9", testing::Constant("192.0.2.1/24"), ""}};
  EXPECT_THAT(testing::InChild(set_up), HasSubstr("finding link d9"));
  job.program.settings = {
      {SettingKind::kAddress, "lo", testing::Constant("192.0.2.1/64"), ""}};
  EXPECT_THAT(testing::InChild(set_up), HasSubstr("no sound prefix length"));
  job.program.settings = {{SettingKind::kLink, "a-name-much-too-long",
                           testing::Constant("dummy"), ""}};
  EXPECT_THAT(testing::InChild(set_up), HasSubstr("no name of a link"));
  job.program.settings = {
      {SettingKind::kLink, "d1", testing::Constant("no-such-kind"), ""}};
  EXPECT_THAT(testing::InChild(set_up),
              HasSubstr("this kernel has no links of kind no-such-kind"));
}

// What a step may change, confined as it is; each answer is an errno's.
TEST_F(JobWorldTest, StepsChangeTheWorldAndCallsCannot) {
  Job job = JobIn(World::kPristine);
  job.program.isolation = Isolation::kCell;
  const std::string said = testing::InChild([&job]() -> std::string {
    const auto world = JobWorld::Enter(job);
    if (!world.ok()) return std::string(world.status().message());
    absl::Status status = (*world)->SetUp();
    if (status.ok()) status = (*world)->Confine();
    if (!status.ok()) return std::string(status.message());
    JobWorld& it = **world;
    const int answers[] = {
        it.ChangeSysctl("net.ipv4.ip_local_port_range", "40000 40001"),
        it.ChangeSysctl("net.ipv4.ip_local_port_range", "2 1"),
        it.ChangeSysctl("net.ipv4.no_such_thing", "1"),
        it.ChangeAddress("lo", "192.0.2.77/32", true),
        it.ChangeAddress("lo", "192.0.2.77/32", true),
        it.ChangeAddress("lo", "192.0.2.77/32", false),
        it.ChangeAddress("lo", "192.0.2.77/32", false),
        it.ChangeAddress("d9", "192.0.2.77/32", true),
        it.ChangeLink("lo", false),
        it.ChangeLink("d9", true)};
    // Without the privilege nobody can.
    const bool still_can = WriteSysctl("net/ipv6/bindv6only", "1").ok();
    return absl::StrCat(absl::StrJoin(answers, " "), "|",
                        it.ports().ephemeral_first, "|", still_can);
  });
  EXPECT_EQ(said, absl::StrCat("0 ", -EINVAL, " ", -ENOENT, " 0 ", -EEXIST,
                               " 0 ", -EADDRNOTAVAIL, " ", -ENODEV, " 0 ",
                               -ENODEV, "|40000|0"));
}

// Whether what is sent to the address at once comes back to it: the kernel
// enters its route after it has said that the address is there.
std::string Delivers(const char* text) {
  sockaddr_in6 own = {};
  own.sin6_family = AF_INET6;
  ::inet_pton(AF_INET6, text, &own.sin6_addr);
  socklen_t size = sizeof own;
  auto* address = reinterpret_cast<sockaddr*>(&own);
  const UniqueFd fd(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (::bind(fd.get(), address, size) != 0 ||
      ::getsockname(fd.get(), address, &size) != 0 ||
      ::connect(fd.get(), address, size) != 0 ||
      ::send(fd.get(), "x", 1, 0) != 1) {
    return "n";
  }
  pollfd ready = {fd.get(), POLLIN, 0};
  return ::poll(&ready, 1, 200) == 1 ? "y" : "n";
}

// Links need no second until their addresses can be used.
TEST_F(JobWorldTest, LinksOfEveryKindThatThisKernelHas) {
  int missing = 0;
  for (const std::string kind :
       {"veth", "bridge", "ifb", "dummy", "vrf", "vrf:20", "veth@b1"}) {
    SCOPED_TRACE(kind);
    Job job = JobIn(World::kPristine);
    job.program.settings = {
        {SettingKind::kLink, "d1", testing::Constant(kind), ""},
        {SettingKind::kLink, "b1", testing::Constant("bridge"), ""},
        {SettingKind::kAddress, "d1", testing::Constant("192.0.2.1/24"), ""},
        {SettingKind::kAddress, "d1", testing::Constant("2001:db8::1/64"), ""}};
    const std::string said = testing::InChild([&job]() -> std::string {
      const auto world = JobWorld::Enter(job);
      if (!world.ok()) return std::string(world.status().message());
      const absl::Status status = (*world)->SetUp();
      if (!status.ok()) return std::string(status.message());
      return absl::StrCat(
          Delivers("2001:db8::1"), CanBind(AF_INET, "192.0.2.1"),
          CanBind(AF_INET6, "2001:db8::1"),
          ReadTextFile("/proc/self/net/if_inet6").value_or("").find("fe80") ==
              std::string::npos);
    });
    if (absl::StrContains(said, "this kernel has no links of kind")) {
      ++missing;
    } else {
      // In a VRF an unbound socket cannot have the VRF's address.
      EXPECT_EQ(said, kind.substr(0, 3) == "vrf" ? "nnn1" : "yyy1");
    }
  }
  if (missing == 7) SOCKDRIFT_MISSING("links", "this kernel has none");
}

// What three cells of a program find, confined as they are.
std::string ValuesByCell(const Job& job) {
  return testing::InChild([&job]() -> std::string {
    const std::string failed = EnterChangedNamespace();
    if (!failed.empty()) return failed;
    const auto world = JobWorld::Enter(job);
    if (!world.ok()) return std::string(world.status().message());
    absl::Status status = (*world)->SetUp();
    if (status.ok()) status = (*world)->Confine();
    std::string values;
    for (const uint16_t reuse : {0, 1, 0}) {
      if (status.ok()) status = (*world)->RenewFor({0, reuse, 0, 0});
      absl::StrAppend(&values, "|",
                      Values({"net/ipv4/tcp_tw_reuse", kChanged[0], kChanged[1],
                              kChanged[3]}));
    }
    return status.ok() ? values : std::string(status.message());
  });
}

// Under isolation `plan` the engine goes through the combinations.
TEST_F(JobWorldTest, SettingsThatVaryAreThoseOfTheCell) {
  Job job = JobIn(World::kReplica);
  job.program.settings = {{SettingKind::kSysctl, "net.ipv4.tcp_tw_reuse",
                           testing::OfAxis(1, {"0", "1"}), ""}};
  for (const Isolation isolation : {Isolation::kPlan, Isolation::kCell}) {
    job.program.isolation = isolation;
    EXPECT_EQ(ValuesByCell(job),
              "|0;500 50000;400;1|1;500 50000;400;1|0;500 50000;400;1");
  }
}

}  // namespace
}  // namespace sockdrift
