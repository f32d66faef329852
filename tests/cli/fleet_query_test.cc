// `diff --where` and `cells`, asked of a controller's fleet.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/explain_fixture.h"

namespace sockdrift::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Two hosts with the defaults, and `odd`, whose ports are open from 80 on.
class FleetQueryTest : public ExplainTest {
 protected:
  void SetUp() override {
    ExplainTest::SetUp();
    if (!IsSkipped()) StartFleet({Start("80")});
  }
  SubprocessEnd Diff(const std::string& where) const {
    return fleet_->Ask({"diff", "--where", where, "--output", "json"});
  }
  // How many cells differ.
  int Differing(const std::string& where) const {
    const SubprocessEnd end = Diff(where);
    EXPECT_EQ(end.exit_code, 1) << where << "\n" << end.err;
    const json document = json::parse(end.out);
    return document["plans"][0]["divergent_cells"];
  }
  json Cells(const std::string& where,
             const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"cells", "--where", where, "--output",
                                          "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const SubprocessEnd end = fleet_->Ask(arguments);
    EXPECT_EQ(end.exit_code, 0) << where << "\n" << end.err;
    return json::parse(end.out);
  }
};

constexpr char kCell[] =
    "bind.privileged-port[cap=none,type=stream,addr=127.0.0.1,port=80]";

TEST_F(FleetQueryTest, DifferencesAreThoseThatMeetTheQuery) {
  EXPECT_EQ(Differing("plan:bind.* outcome:EACCES→ok"), 30);
  EXPECT_EQ(Differing("port:80"), 10);
  EXPECT_EQ(Differing(kCell), 1);
  // A fact and a name of a host of either group.
  EXPECT_EQ(Differing("net.ipv4.ip_unprivileged_port_start:80 port:80"), 10);
  EXPECT_EQ(Differing("host:plain-2 port:80"), 10);
  const SubprocessEnd text = fleet_->Ask({"diff", "--where", "port:80"});
  EXPECT_THAT(text.out, HasSubstr("bind: EACCES → ok"));
}

TEST_F(FleetQueryTest, WhatIsNowhereAndWhatDiffersNowhereAreTwoThings) {
  EXPECT_EQ(Diff("outcome:ok→EACCES").exit_code, 3);
  EXPECT_EQ(Diff("host:nobody").exit_code, 3);
  EXPECT_EQ(Diff("plan:reuse.*").exit_code, 3);
  const SubprocessEnd alike = Diff("port:22");
  EXPECT_EQ(alike.exit_code, 0) << alike.err;
  EXPECT_THAT(alike.err, HasSubstr("no groups differ in any of"));
}

TEST_F(FleetQueryTest, MistakesAreNamedWithTheirPlace) {
  for (const char* command : {"diff", "cells"}) {
    const SubprocessEnd unknown =
        fleet_->Ask({command, "--where", "port:80 prot:80"});
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_THAT(unknown.err, AllOf(HasSubstr("position 9"),
                                   HasSubstr("\"prot\" is no axis")));
    EXPECT_EQ(fleet_->Ask({command, "--where", "plan:"}).exit_code, 2);
  }
  EXPECT_EQ(fleet_->Ask({"cells", "--where", "outcome:ok→EACCES"}).exit_code,
            2);
  EXPECT_EQ(fleet_->Ask({"cells", "-l", "==", "--where", kCell}).exit_code, 2);
}

TEST_F(FleetQueryTest, CellsAreListedByWhatTheHostsAnswered) {
  const json found = Cells(kCell);
  EXPECT_EQ(found["found"], 2);
  EXPECT_EQ(found["looked_at"], 100);
  const json& most = found["cells"][0];
  EXPECT_EQ(most["cell"], kCell);
  EXPECT_EQ(most["outcomes"], json({{"bind", "EACCES"}}));
  EXPECT_THAT(most["hosts"], ElementsAre("plain-1", "plain-2"));
  const json& least = found["cells"][1];
  EXPECT_EQ(least["outcomes"]["bind"], "ok");
  EXPECT_THAT(least["hosts"], ElementsAre("odd"));
  EXPECT_EQ(least["host_count"], 1);
  const SubprocessEnd text = fleet_->Ask({"cells", "--where", kCell});
  EXPECT_THAT(text.out, HasSubstr("2: plain-1, plain-2"));
}

TEST_F(FleetQueryTest, HostsFactsAndLimitsNarrowTheCells) {
  const std::string cell = std::string(" ") + kCell;
  EXPECT_EQ(Cells("host:odd" + cell)["found"], 1);
  EXPECT_EQ(Cells("net.ipv4.ip_unprivileged_port_start:>=1000" +
                  cell)["cells"][0]["host_count"],
            2);
  EXPECT_EQ(Cells("bind:ok" + cell)["cells"][0]["host"], "odd");
  EXPECT_EQ(Cells(kCell, {"-l", "host=plain-1"})["found"], 1);
  const json cut = Cells("port:80", {"--limit", "3"});
  EXPECT_EQ(cut["cells"].size(), 3U);
  EXPECT_GT(cut["found"], 3);
  EXPECT_EQ(fleet_->Ask({"cells", "--where", "host:nobody"}).exit_code, 3);
}

}  // namespace
}  // namespace sockdrift::testing
