#include "cli/boot_claims.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/measured_plan.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::DidNotBoot;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const ClaimChoice kAll = {.all = true, .claim = ""};

// A kernel under which claim B4 turns out so.
BootedAudit Showing(const std::string& name, Verdict verdict) {
  PlanAudit plan = testing::MeasuredPlan("bind.pair");
  Expectation expectation;
  expectation.id = "one-each";
  expectation.says = "A port is bound once.";
  expectation.claims = {ClaimReference{.id = "B4"}};
  plan.plan.expectations = {expectation};
  Finding finding;
  finding.verdict = verdict;
  (verdict == Verdict::kHolds ? finding.satisfied : finding.violated) = {0};
  plan.findings = {finding};
  return testing::Booted(name, std::move(plan));
}

const std::vector<BootedAudit>& Three() {
  static const std::vector<BootedAudit>* const three =
      new std::vector<BootedAudit>{Showing("6.1", Verdict::kHolds),
                                   DidNotBoot("6.16"),
                                   Showing("6.12", Verdict::kDoesNotHold)};
  return *three;
}

std::string TextOf(const std::vector<BootedAudit>& audits,
                   const ClaimChoice& choice) {
  return BootClaimsText(audits, ClaimBook(), {}, choice,
                        Console(ColorWhen::kNever));
}

TEST(BootClaims, HaveAColumnForEachKernelThatBooted) {
  const std::string text = TextOf(Three(), kAll);
  EXPECT_THAT(text, StartsWith("CLAIM  6.1    6.12\n"));
  EXPECT_THAT(text,
              HasSubstr("\nB4     holds  does-not-hold  A port is bound once"));
  EXPECT_THAT(text, Not(HasSubstr("6.16")));
}

TEST(BootClaims, OfOneAreItsTextForEachKernel) {
  const std::string text = TextOf(Three(), {.all = false, .claim = "B4"});
  EXPECT_THAT(text, ContainsRegex("6.1\nB4: (.|\n)*\n6.12\nB4: "));
}

TEST(BootClaims, OfOneKernelAreAsOfAnAudit) {
  EXPECT_THAT(TextOf({Showing("6.1", Verdict::kHolds)}, kAll),
              StartsWith("6.1: world replica, 1 plan"));
  EXPECT_EQ(TextOf({DidNotBoot("6.16")}, kAll), "");
}

TEST(BootClaims, AreADocumentWithEveryKernel) {
  const auto document =
      nlohmann::json::parse(BootClaimsJson(Three(), ClaimBook(), {}, kAll));
  EXPECT_EQ(document["schema"], "sockdrift.boot-claims/1");
  EXPECT_EQ(document["kernels"][0]["claims"]["claims"][0]["verdict"], "holds");
  EXPECT_EQ(document["kernels"][1]["reason"], "6.16 did not come up");
  EXPECT_EQ(document["kernels"][1]["claims"], nlohmann::json::object());
  EXPECT_EQ(nlohmann::json::parse(BootClaimsJson({Three().front()}, ClaimBook(),
                                                 {}, kAll))["schema"],
            "sockdrift.claims/1");
}

}  // namespace
}  // namespace sockdrift
