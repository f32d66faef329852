#include <sched.h>

#include "absl/strings/str_cat.h"
#include "agent/worlds/job_world.h"
#include "agent/worlds/namespaces.h"
#include "agent/worlds/settings.h"
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

TEST(OwnWorldTest, NothingIsWrittenToIt) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  Job job = JobIn(World::kOwn);
  job.first_port = 20000;
  job.last_port = 20100;
  const std::string said = testing::InChild([&job]() -> std::string {
    if (::unshare(CLONE_NEWNET) != 0) return "no namespace";
    const Sysctls before = ReadNetworkSysctls();
    const auto world = JobWorld::Enter(job);
    if (!world.ok()) return std::string(world.status().message());
    if (!(*world)->SetUp().ok()) return "not set up";
    const PortRules& ports = (*world)->ports();
    return absl::StrCat(before == ReadNetworkSysctls() ? "same" : "changed",
                        " ", ports.first, "-", ports.last);
  });
  EXPECT_EQ(said, "same 20000-20100");
}

TEST(OwnWorldTest, HostIsRefusedInAnyOtherNamespace) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  const Job job = JobIn(World::kHost);
  const std::string said = testing::InChild([&job]() -> std::string {
    if (::unshare(CLONE_NEWNET) != 0) return "no namespace";
    return std::string(JobWorld::Enter(job).status().message());
  });
  EXPECT_EQ(said,
            "world host cannot be had: this is not the host's initial network "
            "namespace; start it there, or use world own");
}

TEST(OwnWorldTest, OverridesAreRefused) {
  Job job = JobIn(World::kOwn);
  job.overrides = {{"net.ipv6.bindv6only", "1"}};
  const absl::Status status = JobWorld::Enter(job).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("overrides"));
}

TEST(OwnWorldTest, ANamespaceThatIsNotThereIsNamed) {
  Job job = JobIn(World::kReplica);
  job.netns = "/run/netns/no-such-namespace";
  EXPECT_THAT(std::string(JobWorld::Enter(job).status().message()),
              HasSubstr("/run/netns/no-such-namespace cannot be opened"));
}

struct Refusal {
  std::string name;
  World world = World::kReplica;
  Isolation isolation = Isolation::kPlan;
  std::vector<Setting> settings = {};
  std::string why;
};

TEST(CannotSetUpTest, SaysWhatThePlanNeedsAndTheWorldLacks) {
  const Setting constant = {SettingKind::kSysctl, "net.ipv6.bindv6only",
                            testing::Constant("1"), ""};
  const Setting varying = {SettingKind::kSysctl, "net.ipv6.bindv6only",
                           testing::OfAxis(1, {"0", "1"}), ""};
  const Setting name = {SettingKind::kName, "server.test",
                        testing::Constant("127.0.0.1"), ""};
  const Refusal refusals[] = {
      {.name = "settings in own",
       .world = World::kOwn,
       .settings = {constant},
       .why = "nothing is changed in world own"},
      {.name = "a namespace a cell in host",
       .world = World::kHost,
       .isolation = Isolation::kCell,
       .why = "fresh namespace for each cell"},
      {.name = "settings that vary in host",
       .world = World::kHost,
       .settings = {varying},
       .why = "nothing is changed in world host"},
      {.name = "a hosts file in own",
       .world = World::kOwn,
       .settings = {name},
       .why = "nothing is changed in world own"},
  };
  for (const Refusal& refusal : refusals) {
    SCOPED_TRACE(refusal.name);
    Program program = testing::BindPair();
    program.isolation = refusal.isolation;
    program.settings = refusal.settings;
    EXPECT_THAT(CannotSetUp(program, refusal.world), HasSubstr(refusal.why));
  }
  Program looks_up = testing::BindPair();
  looks_up.steps.emplace_back().operation = Operation::kResolve;
  EXPECT_THAT(CannotSetUp(looks_up, World::kOwn), HasSubstr("hosts file"));
  Program joined = testing::BindPair();
  joined.hosts = {{"server", true, true}, {"client", true, true}};
  EXPECT_THAT(CannotSetUp(joined, World::kHost),
              HasSubstr("two network stacks"));
  Program program = testing::BindPair();
  program.settings = {varying, constant};
  for (const Isolation isolation : {Isolation::kPlan, Isolation::kCell}) {
    program.isolation = isolation;
    EXPECT_EQ(CannotSetUp(program, World::kPristine), "");
  }
  EXPECT_EQ(CannotSetUp(testing::BindPair(), World::kOwn), "");
}

}  // namespace
}  // namespace sockdrift
