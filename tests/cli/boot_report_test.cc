#include "cli/boot_report.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/measured_plan.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::DidNotBoot;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A kernel under which every cell of two binds ends so.
BootedAudit Showing(const std::string& name, absl::string_view outcome) {
  PlanAudit plan = testing::MeasuredPlan("bind.pair", outcome);
  plan.measurement = MeasurementDigest(plan.plan.program);
  return testing::Booted(name, std::move(plan));
}

TEST(BootReport, GroupsKernelsThatShowTheSame) {
  const std::vector<BootedAudit> audits = {
      Showing("6.1", "EADDRINUSE"), Showing("6.12", "ok"), DidNotBoot("6.16"),
      Showing("7.2", "ok")};
  const std::vector<KernelGroup> groups = GroupKernels(audits);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_THAT(groups[0].members, ElementsAre(1, 3));
  EXPECT_EQ(groups[0].differing_cells, 0u);
  EXPECT_THAT(groups[1].members, ElementsAre(0));
  EXPECT_EQ(groups[1].differing_cells,
            audits[0].audit->plans[0].probe.record.cells());
  EXPECT_THAT(groups[1].differing_plans, ElementsAre("bind.pair"));
}

TEST(BootReport, TakesWhoCouldExecuteLessIntoTheGroupThatItFits) {
  std::vector<BootedAudit> audits = {Showing("bare", "ok"),
                                     Showing("whole", "ok")};
  testing::SetStatus(audits[0].audit->plans[0].probe.record, 3,
                     CellStatus::kSkip, "no module");
  const std::vector<KernelGroup> groups = GroupKernels(audits);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].representative, 1u);
}

TEST(BootReport, SaysInALineWhatEachShowedAndThenHowTheyGroup) {
  const std::vector<BootedAudit> audits = {
      Showing("6.1", "EADDRINUSE"), Showing("6.12", "ok"), DidNotBoot("6.16")};
  const std::string text =
      BootText(audits, GroupKernels(audits), Console(ColorWhen::kNever));
  EXPECT_THAT(text, HasSubstr("\n6.16"));
  EXPECT_THAT(text, HasSubstr("did not boot"));
  EXPECT_THAT(text, HasSubstr("\nA  6.1\n"));
  EXPECT_THAT(text, HasSubstr("\nB  6.12\n"));
  EXPECT_THAT(text, HasSubstr("cells differ from A in 1 plan: bind.pair\n"));
}

TEST(BootReport, IsADocumentWithNoNulls) {
  const std::vector<BootedAudit> audits = {Showing("6.1", "ok"),
                                           DidNotBoot("6.16")};
  const nlohmann::json document =
      nlohmann::json::parse(BootJson(audits, GroupKernels(audits)));
  EXPECT_EQ(document["schema"], "sockdrift.boot/1");
  EXPECT_EQ(document["kernels"][0]["group"], "A");
  EXPECT_EQ(document["kernels"][0]["reason"], "");
  EXPECT_EQ(document["kernels"][0]["audit"]["schema"], "sockdrift.audit/1");
  EXPECT_EQ(document["kernels"][1]["group"], "");
  EXPECT_EQ(document["kernels"][1]["reason"], "6.16 did not come up");
  EXPECT_EQ(document["kernels"][1]["audit"], nlohmann::json::object());
  EXPECT_EQ(document["groups"][0]["kernels"], nlohmann::json::array({"6.1"}));
}

TEST(BootReport, LettersGoOnBehindZ) {
  EXPECT_EQ(GroupLetter(0), "A");
  EXPECT_EQ(GroupLetter(25), "Z");
  EXPECT_EQ(GroupLetter(26), "AA");
  EXPECT_EQ(GroupLetter(27), "AB");
}

}  // namespace
}  // namespace sockdrift
