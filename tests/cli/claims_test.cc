#include "cli/claims.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/claims_report.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Two axes, family and type; bind is refused to IPv6 alone.
PlanAudit FourCells() {
  PlanAudit audit;
  audit.plan.name = "test.four";
  audit.plan.program.axes = {{"family", {"inet", "inet6"}},
                             {"type", {"stream", "dgram"}}};
  audit.plan.program.observations = {"bind"};
  Record& record = audit.probe.record;
  record.outcomes = {"EACCES", "ok"};
  record.status.assign(4, CellStatus::kDone);
  record.reason.assign(4, 0);
  record.columns = {{2, 2, 1, 1}};
  return audit;
}

void AddExpectation(PlanAudit& audit, std::string id, ClaimReference claim,
                    std::vector<uint32_t> cells, std::string outcome) {
  Expectation expectation;
  expectation.id = std::move(id);
  expectation.says = "It binds.";
  expectation.claims = {std::move(claim)};
  expectation.checks.push_back(
      {.cells = std::move(cells),
       .where = {},
       .expected = {{.observation = 0, .outcomes = {std::move(outcome)}}}});
  audit.findings.push_back(Evaluate(expectation, audit.probe.record, {}));
  audit.plan.expectations.push_back(std::move(expectation));
}

JudgedClaim Judged(const Audit& audit, const std::string& id,
                   absl::Span<const CompiledPlan> left_out = {}) {
  for (JudgedClaim& claim : JudgeClaims(audit, BuiltInClaims(), left_out)) {
    if (claim.id == id) return claim;
  }
  ADD_FAILURE() << "no claim " << id;
  return {};
}

TEST(JudgeClaimsTest, FoldsWhatSpeaksAgainstAClaimThatDepends) {
  Audit audit;
  audit.plans.push_back(FourCells());
  AddExpectation(audit.plans[0], "binds", {"A1", false}, {0, 1, 2, 3}, "ok");
  const JudgedClaim claim = Judged(audit, "A1");
  EXPECT_EQ(claim.verdict(), Verdict::kDepends);
  EXPECT_EQ(claim.depends_on, "not where family = inet6");
  EXPECT_EQ(claim.in_favour, 2U);
  EXPECT_EQ(claim.against, 2U);
  EXPECT_THAT(claim.sources[0].rules,
              ::testing::ElementsAre("2 cells where family = inet6"));
}

// Each expectation has one answer; together they differ by an axis.
TEST(JudgeClaimsTest, FoldsOverTheExpectationsOfAPlan) {
  Audit audit;
  audit.plans.push_back(FourCells());
  AddExpectation(audit.plans[0], "four", {"A1", false}, {0, 1}, "ok");
  AddExpectation(audit.plans[0], "six", {"A1", true}, {2, 3}, "EACCES");
  const JudgedClaim claim = Judged(audit, "A1");
  EXPECT_EQ(claim.verdict(), Verdict::kDepends);
  EXPECT_EQ(claim.depends_on, "not where family = inet6");
}

TEST(JudgeClaimsTest, NamesTheExpectationWhereNoAxisTells) {
  Audit audit;
  audit.plans = {FourCells(), FourCells()};
  audit.plans[1].plan.name = "test.other";
  AddExpectation(audit.plans[0], "binds", {"A1", false}, {0, 1}, "ok");
  AddExpectation(audit.plans[1], "refused", {"A1", true}, {2}, "EACCES");
  EXPECT_EQ(Judged(audit, "A1").depends_on, "not in test.other refused");
}

TEST(JudgeClaimsTest, TellsThatNoExpectationAsked) {
  const JudgedClaim claim = Judged(Audit(), "S-55");
  EXPECT_EQ(claim.verdict(), Verdict::kNotTested);
  EXPECT_EQ(claim.why_not_tested, "no expectation asked it");
  PlanAudit long_one = FourCells();
  AddExpectation(long_one, "binds", {"S-55", false}, {0}, "ok");
  EXPECT_EQ(Judged(Audit(), "S-55", {long_one.plan}).why_not_tested,
            "needs --long: test.four");
}

TEST(JudgeClaimsTest, TellsWhyCellsWereNotTested) {
  Audit audit;
  PlanAudit plan = FourCells();
  plan.probe.record.status.assign(4, CellStatus::kSkip);
  plan.probe.record.reasons = {"this kernel has no links of kind vrf"};
  plan.probe.record.reason.assign(4, 1);
  AddExpectation(plan, "binds", {"A1", false}, {0}, "ok");
  audit.plans.push_back(plan);
  EXPECT_EQ(Judged(audit, "A1").why_not_tested,
            "SKIP: this kernel has no links of kind vrf");
  audit.plans[0].probe.end = ProbeEnd::kWorldRefused;
  audit.plans[0].probe.message = "no CAP_SYS_ADMIN";
  EXPECT_EQ(Judged(audit, "A1").why_not_tested,
            "the world is refused: no CAP_SYS_ADMIN");
}

TEST(JudgeClaimsTest, TellsWhichGivenWasNotMet) {
  Audit audit;
  PlanAudit plan = FourCells();
  AddExpectation(plan, "binds", {"A1", false}, {0}, "ok");
  plan.plan.expectations[0].given = {{.fact = "kernel", .value = "9.9"}};
  plan.findings[0] = Evaluate(plan.plan.expectations[0], plan.probe.record,
                              {{"kernel", "6.18"}});
  audit.plans.push_back(plan);
  EXPECT_EQ(Judged(audit, "A1").why_not_tested, "given kernel, which is 6.18");
}

// The worst case: every claim depends, so every claim has a remark.
TEST(ClaimsScreenTest, IsFiftyLinesOfAHundredAndTwentyColumnsAtMost) {
  setenv("COLUMNS", "120", 1);
  const Console console(ColorWhen::kNever);
  for (size_t remarks : {size_t{0}, size_t{10}, size_t{75}}) {
    Audit audit;
    audit.host = "a-host-with-a-name-that-is-rather-long.example.org";
    std::vector<JudgedClaim> claims = JudgeClaims(audit, BuiltInClaims(), {});
    ASSERT_THAT(claims, SizeIs(75));
    for (size_t i = 0; i < claims.size(); ++i) {
      claims[i].in_favour = 1;
      claims[i].against = i < remarks ? 1 : 0;
      claims[i].depends_on = i < remarks ? std::string(200, 'x') : "";
      claims[i].why_not_tested = "";
    }
    const std::string screen = ClaimsScreen(audit, claims, console);
    const std::vector<std::string> lines =
        absl::StrSplit(screen, '\n', absl::SkipEmpty());
    EXPECT_LE(std::count(screen.begin(), screen.end(), '\n'), 50);
    for (const std::string& line : lines) EXPECT_LE(DisplayWidth(line), 120U);
    for (const JudgedClaim& claim : claims) {
      EXPECT_THAT(screen, HasSubstr(claim.id + " "));
    }
  }
  unsetenv("COLUMNS");
}

TEST(BuiltInClaimsTest, AreThoseOfTheSourceDocuments) {
  ClaimBook book;
  EXPECT_THAT(book.Read(EmbeddedClaimTexts().yaml, "claims.yaml"), IsEmpty());
  EXPECT_THAT(book.claims(), SizeIs(9 + 11 + 55));
  for (const auto& [id, claim] : book.claims()) {
    EXPECT_LE(DisplayWidth(claim.brief), 40U) << id;
    EXPECT_GE(claim.says.size(), 10U) << id;
  }
}

TEST(ClaimBookTest, TellsAllMistakesAtOnce) {
  ClaimBook book;
  const std::vector<Diagnostic> wrong = book.Read(
      "claims:\n"
      "  one: {short: x, says: y}\n"
      "  A1: {says: y}\n"
      "  A2: {short: x, says: y, sasy: z}\n",
      "own.yaml");
  ASSERT_THAT(wrong, SizeIs(3));
  EXPECT_THAT(wrong[0].ToString(), HasSubstr("own.yaml:2:3"));
  EXPECT_THAT(wrong[1].ToString(), HasSubstr("needs `short:`"));
  EXPECT_THAT(wrong[2].ToString(), HasSubstr("sasy"));
}

TEST(ClaimBookTest, RefusesAnIdThatSaysSomethingElseElsewhere) {
  ClaimBook book = BuiltInClaims();
  const std::vector<Diagnostic> wrong = book.Read(
      "claims:\n  A1: {short: x, says: Another thing.}\n", "own.yaml");
  ASSERT_THAT(wrong, SizeIs(1));
  EXPECT_THAT(wrong[0].ToString(),
              AllOf(HasSubstr("own.yaml:2"), HasSubstr("plans/claims.yaml")));
}

}  // namespace
}  // namespace sockdrift
