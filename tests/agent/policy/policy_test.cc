#include "agent/policy/policy.h"

#include <string>

#include "agent/policy/permit.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(PolicyTest, ReadsEveryKey) {
  ASSERT_OK_AND_ASSIGN(const Policy policy, ParsePolicy(R"(
# what the controller may do on this host
worlds: [replica, own]   # no pristine
addresses: local
ports: 20000-29999
max_cells: 5000
max_sockets: 512
max_memory: 256MiB
max_time: 90s
parallel: 2
root_cgroup: yes
)",
                                                        "p"));
  EXPECT_THAT(policy.worlds, ElementsAre(World::kReplica, World::kOwn));
  EXPECT_EQ(policy.addresses, AddressRule::kLocal);
  EXPECT_EQ(policy.first_port, 20000);
  EXPECT_EQ(policy.last_port, 29999);
  EXPECT_EQ(policy.max_cells, 5000u);
  EXPECT_EQ(policy.max_sockets, 512u);
  EXPECT_EQ(policy.max_memory_bytes, uint64_t{256} << 20);
  EXPECT_EQ(policy.max_time, absl::Seconds(90));
  EXPECT_EQ(policy.parallel, 2);
  EXPECT_TRUE(policy.root_cgroup);
}

TEST(PolicyTest, AnEmptyFileIsTheDefaultWithFreshWorldsOnly) {
  ASSERT_OK_AND_ASSIGN(const Policy policy, ParsePolicy("", "p"));
  EXPECT_THAT(policy.worlds, ElementsAre(World::kReplica, World::kPristine));
  EXPECT_EQ(policy.addresses, AddressRule::kLoopback);
  EXPECT_FALSE(policy.root_cgroup);
}

struct BadPolicy {
  const char* name;
  const char* text;
  const char* message;
};
class BadPolicyTest : public ::testing::TestWithParam<BadPolicy> {};

TEST_P(BadPolicyTest, IsRefusedWithItsLine) {
  EXPECT_THAT(ParsePolicy(GetParam().text, "/etc/p"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadPolicyTest,
    ::testing::Values(
        BadPolicy{"UnknownKey", "\nworld: own",
                  "/etc/p:2: unknown key 'world'"},
        BadPolicy{"RepeatedKey", "parallel: 1\nparallel: 2",
                  "/etc/p:2: 'parall"},
        BadPolicy{"NoColon", "worlds", "not of the form"},
        BadPolicy{"UnknownWorld", "worlds: [replica, moon]", "one or more of"},
        BadPolicy{"NoWorld", "worlds: []", "one or more of"},
        BadPolicy{"InvertedPorts", "ports: 300-200", "two ports"},
        BadPolicy{"PortZero", "ports: 0-200", "two ports"},
        BadPolicy{"PortAbove65535", "ports: 1-65536", "two ports"},
        BadPolicy{"NeitherYesNorNo", "root_cgroup: true", "be yes or no"},
        BadPolicy{"NoCells", "max_cells: 0", "a whole number from 1"},
        BadPolicy{"FewSockets", "max_sockets: 3", "from 64"},
        BadPolicy{"NoUnit", "max_memory: 512", "as 512MiB"},
        BadPolicy{"HugeMemory", "max_memory: 65GiB", "as 512MiB"},
        BadPolicy{"NoTime", "max_time: 0s", "1s to 24h"},
        BadPolicy{"BadAddresses", "addresses: all", "loopback, local or any"}),
    [](const auto& bad) { return std::string(bad.param.name); });

TEST(PolicyTest, TellsEveryMistakeAtOnce) {
  EXPECT_THAT(ParsePolicy("a: 1\nparallel: x\n", "p"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("p:1:"), HasSubstr("p:2:"))));
}

TEST(PolicyTest, AMissingFileIsAnErrorAndNotTheDefault) {
  EXPECT_THAT(LoadPolicy("/nonexistent/policy"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("/nonexistent")));
}

TEST(PermitTest, RefusesAWorldThatIsNotNamed) {
  EXPECT_THAT(WhyNotPermitted({}, BindPair(), World::kHost, 1),
              HasSubstr("does not allow the world 'host'"));
}

TEST(PermitTest, RefusesMoreCellsThanAllowed) {
  Policy policy;
  policy.max_cells = 9;
  EXPECT_THAT(WhyNotPermitted(policy, BindPair(), World::kReplica, 10),
              HasSubstr("10 cells; the agent's policy allows 9"));
  EXPECT_THAT(WhyNotPermitted(policy, BindPair(), World::kReplica, 9),
              IsEmpty());
}

TEST(PermitTest, AddressesMatterInWorldsThatAreNotFreshOnly) {
  Policy policy;
  policy.worlds = {World::kReplica, World::kOwn};
  const Program wildcards = BindPair({"0.0.0.0", "::"});
  EXPECT_THAT(WhyNotPermitted(policy, wildcards, World::kReplica, 1),
              IsEmpty());
  EXPECT_THAT(WhyNotPermitted(policy, wildcards, World::kOwn, 1),
              HasSubstr("loopback addresses only"));
  policy.addresses = AddressRule::kLocal;
  EXPECT_THAT(WhyNotPermitted(policy, wildcards, World::kOwn, 1), IsEmpty());
}

struct AddressCase {
  const char* text;
  bool loopback;
  bool local;
};
class AddressTest : public ::testing::TestWithParam<AddressCase> {};

TEST_P(AddressTest, IsAllowedByRulesThatCoverIt) {
  const AddressCase& c = GetParam();
  EXPECT_EQ(AllowsAddress(AddressRule::kLoopback, c.text), c.loopback);
  EXPECT_EQ(AllowsAddress(AddressRule::kLocal, c.text), c.local);
  EXPECT_TRUE(AllowsAddress(AddressRule::kAny, c.text));
}

INSTANTIATE_TEST_SUITE_P(
    All, AddressTest,
    ::testing::Values(AddressCase{"127.0.0.1:A", true, true},
                      AddressCase{"127.255.3.4:0", true, true},
                      AddressCase{"[::1]:A", true, true},
                      AddressCase{"::1", true, true},
                      AddressCase{"[::ffff:127.0.0.1]:A", true, true},
                      AddressCase{"unspec", true, true},
                      AddressCase{"0.0.0.0:A", false, true},
                      AddressCase{"[::]:A", false, true},
                      AddressCase{"[::ffff:0.0.0.0]:0", false, true},
                      AddressCase{"192.0.2.1:80", false, false},
                      AddressCase{"[2001:db8::1]:A", false, false},
                      AddressCase{"[fe80::1%lo]:A", false, false},
                      AddressCase{"::ffff:192.0.2.1", false, false},
                      AddressCase{"server:A", false, false},
                      AddressCase{"", false, false}),
    [](const auto& address) { return "Case" + std::to_string(address.index); });

}  // namespace
}  // namespace sockdrift
