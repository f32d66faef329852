#include "boot/modules.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using ::testing::ElementsAre;

std::string Module(const std::string& depends) {
  const std::string end(1, '\0');
  return "ELF..." + end + "license=GPL" + end + "depends=" + depends + end;
}

std::vector<std::string> NamesInOrder(
    const std::map<std::string, std::string>& modules,
    bool shares_host = false) {
  std::vector<std::string> names;
  for (const KernelModule& module : InLoadOrder(modules, shares_host)) {
    names.push_back(module.name);
  }
  return names;
}

TEST(Modules, ComeAfterWhatTheyNeed) {
  EXPECT_THAT(NamesInOrder({{"tcp_diag", Module("inet-diag,other")},
                            {"inet_diag", Module("")},
                            {"other", Module("inet_diag")}}),
              ElementsAre("inet_diag", "other", "tcp_diag"));
}

TEST(Modules, ThatAreBuiltInArePassedOver) {
  EXPECT_THAT(NamesInOrder({{"veth", Module("l3mdev")}}), ElementsAre("veth"));
}

TEST(Modules, ThatNobodyUsesStayBehind) {
  EXPECT_THAT(NamesInOrder({{"floppy", Module("")}}), ElementsAre());
}

TEST(Modules, ThatNeedEachOtherEndTheSearch) {
  EXPECT_EQ(
      NamesInOrder({{"veth", Module("vrf")}, {"vrf", Module("veth")}}).size(),
      2u);
}

TEST(Modules, ThatShareTheHostComeOnlyWhereItIsShared) {
  const std::map<std::string, std::string> modules = {
      {"9p", Module("9pnet,netfs")},
      {"9pnet", Module("")},
      {"netfs", Module("")},
      {"veth", Module("")}};
  EXPECT_THAT(NamesInOrder(modules), ElementsAre("veth"));
  EXPECT_THAT(NamesInOrder(modules, true),
              ElementsAre("veth", "9pnet", "netfs", "9p"));
  for (const auto& [name, content] : modules) {
    EXPECT_TRUE(MayBeWanted(name, true)) << name;
    EXPECT_EQ(MayBeWanted(name), name == "veth") << name;
  }
}

TEST(Modules, AreNamedByTheirFilesHoweverPacked) {
  EXPECT_EQ(ModuleName("lib/modules/6.1/kernel/net/ipv4/tcp-diag.ko.xz"),
            "tcp_diag");
  EXPECT_EQ(ModuleName("veth.ko"), "veth");
  EXPECT_EQ(ModuleName("lib/modules/6.1/modules.dep"), "");
  EXPECT_EQ(ModuleName("veth.ko.debug"), "");
}

}  // namespace
}  // namespace sockdrift
