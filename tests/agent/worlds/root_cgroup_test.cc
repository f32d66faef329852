#include "agent/worlds/root_cgroup.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include <cerrno>
#include <functional>

#include "absl/strings/str_cat.h"
#include "agent/os/unique_fd.h"
#include "agent/worlds/job_world.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/worlds/in_child.h"
#include "tests/mutants/cgroup.h"
#include "tests/support/programs.h"
#include "tests/support/require.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;

Job JobInRootCgroup(World world) {
  Job job;
  job.program = testing::BindPair();
  job.world = world;
  job.root_cgroup = true;
  return job;
}

// The errno of a bind to 127.0.0.1; 0 when it succeeds.
int BindError() {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address),
                sizeof(address)) == 0
             ? 0
             : errno;
}

class RootCgroupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SOCKDRIFT_REQUIRE_OR_SKIP("root");
    SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  }
};

TEST_F(RootCgroupTest, ThereTheProgramsOfOnesOwnCgroupDoNotAct) {
  absl::StatusOr<mutants::Cgroup> cgroup = mutants::Cgroup::Make();
  if (!cgroup.ok()) SOCKDRIFT_MISSING("cgroup2", cgroup.status().message());
  const absl::StatusOr<UniqueFd> link = cgroup->Attach(mutants::CgroupProgram{
      BPF_CGROUP_INET4_BIND, BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
      mutants::RefuseAlways()});
  if (!link.ok()) SOCKDRIFT_MISSING("cgroup programs", link.status().message());
  const Job job = JobInRootCgroup(World::kPristine);
  const std::string said = testing::InChild([&]() -> std::string {
    if (!cgroup->Join().ok()) return "not joined";
    const int before = BindError();
    const auto world = JobWorld::Enter(job);
    if (!world.ok()) return std::string(world.status().message());
    if (!(*world)->SetUp().ok()) return "not set up";
    return absl::StrCat(before, " ", BindError());
  });
  EXPECT_EQ(said, absl::StrCat(EPERM, " 0"));
}

TEST_F(RootCgroupTest, IsOnlyForFreshWorlds) {
  const absl::Status status =
      JobWorld::Enter(JobInRootCgroup(World::kOwn)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("host's cgroup"));
}

// What it says of a mount namespace in which /sys/fs/cgroup was made so.
std::string Refusal(const std::function<bool()>& prepare) {
  return testing::InChild([&]() -> std::string {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        !prepare()) {
      return "not prepared";
    }
    return std::string(EnterRootCgroup().message());
  });
}

TEST_F(RootCgroupTest, SaysWhyItCannotBeEntered) {
  SOCKDRIFT_REQUIRE_OR_SKIP("mounts");
  EXPECT_THAT(Refusal([] {
                return ::mount("none", "/sys/fs/cgroup", "tmpfs", 0, "") == 0;
              }),
              HasSubstr("is not mounted"));
  absl::StatusOr<mutants::Cgroup> cgroup = mutants::Cgroup::Make();
  if (!cgroup.ok()) SOCKDRIFT_MISSING("cgroup2", cgroup.status().message());
  const std::string& below = cgroup->path();
  EXPECT_THAT(Refusal([&] {
                return ::mount(below.c_str(), "/sys/fs/cgroup", nullptr,
                               MS_BIND, nullptr) == 0;
              }),
              HasSubstr("a part of the hierarchy only"));
  const std::string root = below.substr(0, below.rfind('/'));
  EXPECT_THAT(Refusal([&] {
                return ::mount(root.c_str(), "/sys/fs/cgroup", nullptr, MS_BIND,
                               nullptr) == 0 &&
                       ::mount(nullptr, "/sys/fs/cgroup", nullptr,
                               MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
              }),
              HasSubstr("mount it writable"));
}

}  // namespace
}  // namespace sockdrift
