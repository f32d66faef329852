// What can be said of a cell's program without running it.
#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "compiler/compile.h"
#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "reproduce/limits.h"
#include "reproduce/part_choice.h"
#include "reproduce/reproduce.h"
#include "reproduce/script.h"
#include "tests/support/shipped_plans.h"
#include "tests/support/status_matchers.h"

namespace sockdrift::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr ProgramLanguage kPrograms[] = {ProgramLanguage::kC,
                                         ProgramLanguage::kPython};

CompiledPlan Compiled(absl::string_view steps, absl::string_view head = "") {
  const std::string yaml =
      absl::StrCat("plan: test.small\ntitle: A small one\nsources: [none]\n",
                   head, "steps:\n", steps, R"(
expect:
  - {id: any, says: It answers., source: none, outcome: {seen: {not: EIO}}}
)");
  CompileResult result = CompilePlan(yaml, "small.yaml");
  for (const Diagnostic& diagnostic : result.diagnostics) {
    ADD_FAILURE() << diagnostic.ToString() << "\n" << yaml;
  }
  return std::move(result.plan);
}

constexpr absl::string_view kBind = R"(
  - socket: {as: s, family: inet, type: stream}
  - bind: {of: s, to: "127.0.0.1:A", observe: seen}
)";

// A plan that runs into each limit.
CompiledPlan PlanOf(Limit limit) {
  switch (limit) {
    case Limit::kProcessInLoop:
      return Compiled(absl::StrCat(kBind, R"(
  - fork: p
  - repeat:
      times: 2
      steps:
        - listen: {of: s, process: p}
)"));
    case Limit::kUntilAroundLoop:
      return Compiled(absl::StrCat(kBind, R"(
  - repeat:
      times: 2
      until: error
      steps:
        - repeat:
            times: 2
            steps:
              - listen: s
)"));
    case Limit::kUserWithRights:
      return Compiled(absl::StrCat(kBind, "  - listen: {of: s, user: u1}\n"),
                      "users: [u1]\ncaps: [CAP_NET_RAW]\n");
    case Limit::kDialToSocketsPort:
      return Compiled(
          R"yaml(
  - socket: {as: s, family: inet, type: stream, host: a}
  - bind: {of: s, to: "0.0.0.0:0", observe: seen}
  - listen: s
  - resolve: {name: server, as: list, host: b}
  - dial: {to: "list:port(s)", as: c, type: stream, host: b}
  - close: c
)yaml",
          "hosts: {a: {}, b: {}}\nworld: {names: {server: [192.0.2.1]}}\n");
  }
  return {};
}

TEST(LimitsTest, EachIsNeededAndNamesItsOperation) {
  for (const LimitText& limit : Limits()) {
    SCOPED_TRACE(limit.what);
    const CompiledPlan plan = PlanOf(limit.limit);
    for (ProgramLanguage language : kPrograms) {
      const absl::StatusOr<std::string> text =
          Reproduce({.plan = plan.name, .program = &plan.program}, language);
      ASSERT_FALSE(text.ok()) << *text;
      EXPECT_TRUE(absl::IsUnimplemented(text.status())) << text.status();
      EXPECT_THAT(std::string(text.status().message()),
                  HasSubstr(std::string(limit.what)));
    }
  }
}

TEST(LimitsTest, TheDocumentationHasThem) {
  std::ifstream file(SOCKDRIFT_SOURCE_DIR "/docs/reproduce.md");
  std::ostringstream text;
  text << file.rdbuf();
  for (const LimitText& limit : Limits()) {
    EXPECT_THAT(text.str(), HasSubstr(absl::StrCat("| ", limit.what, " | ",
                                                   limit.why, " |\n")));
  }
}

// Names that the helper code of a language defines.
std::set<std::string> Defined(absl::Span<const absl::string_view> files,
                              const std::vector<std::string>& patterns) {
  std::set<std::string> names;
  for (const Part& part : ReadParts(files)) {
    for (absl::string_view line : absl::StrSplit(part.text, '\n')) {
      for (const std::string& pattern : patterns) {
        std::smatch match;
        const std::string text(line);
        if (std::regex_search(text, match, std::regex(pattern))) {
          names.insert(match[1]);
        }
      }
    }
  }
  return names;
}

TEST(VariableTest, IsNeverCalledAsTheProgramsOwnCodeIs) {
  std::set<std::string> names =
      Defined(PythonPartTexts(), {"^def (\\w+)", "^(\\w+) = "});
  names.merge(Defined(CPartTexts(), {"^static [^=;(]*?\\b(\\w+)\\(",
                                     "^static [^=;(]*?\\b(\\w+) = ",
                                     "^static [^=;(]*?\\b(\\w+);"}));
  ASSERT_GT(names.size(), 100u);
  std::vector<std::string> taken;
  for (const std::string& name : names) {
    // No socket's variable begins with a capital and does not end with '_'.
    if (VariableOf(name) == name && name[0] > 'Z') taken.push_back(name);
  }
  EXPECT_THAT(taken, IsEmpty())
      << "add these to kReserved in reproduce/variable.cc";
}

TEST(ReproduceTest, ABindConflictIsAPageInEitherLanguage) {
  const CompiledPlan plan = ShippedPlan("bind/conflict.yaml");
  for (ProgramLanguage language : kPrograms) {
    ASSERT_OK_AND_ASSIGN(
        const std::string text,
        Reproduce({.plan = plan.name, .program = &plan.program}, language));
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 165) << text;
    // What it does not do it does not bring along.
    EXPECT_THAT(text, AllOf(Not(HasSubstr("unshare")), Not(HasSubstr("recv")),
                            Not(HasSubstr("poll"))));
  }
}

TEST(ReproduceTest, WhatWasRecordedStandsBehindTheObservation) {
  const CompiledPlan plan = Compiled(kBind);
  const RecordedCell recorded{"web1", {{"seen", "EADDRNOTAVAIL"}}};
  const CellToReproduce cell = {
      .plan = plan.name, .program = &plan.program, .recorded = recorded};
  ASSERT_OK_AND_ASSIGN(const std::string c,
                       Reproduce(cell, ProgramLanguage::kC));
  EXPECT_THAT(c, AllOf(HasSubstr("observe(\"seen\");  // was EADDRNOTAVAIL"),
                       HasSubstr("web1")));
  ASSERT_OK_AND_ASSIGN(const std::string python,
                       Reproduce(cell, ProgramLanguage::kPython));
  EXPECT_THAT(python, HasSubstr("observe(\"seen\")  # was EADDRNOTAVAIL"));
}

TEST(StraceTest, HasResultsOnlyWhereTheyWereRecorded) {
  const CompiledPlan plan = Compiled(kBind);
  CellToReproduce cell = {.plan = plan.name, .program = &plan.program};
  const std::string bind =
      "bind(3<s>, {sa_family=AF_INET, sin_port=htons(A), "
      "sin_addr=inet_addr(\"127.0.0.1\")}, 16)";
  ASSERT_OK_AND_ASSIGN(const std::string without,
                       Reproduce(cell, ProgramLanguage::kStrace));
  EXPECT_THAT(without,
              AllOf(HasSubstr("socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, "
                              "IPPROTO_IP) = 3<s>\n"),
                    HasSubstr(absl::StrCat(bind, "   /* seen */\n"))));
  cell.recorded = RecordedCell{"web1", {{"seen", "EADDRINUSE"}}};
  ASSERT_OK_AND_ASSIGN(const std::string with,
                       Reproduce(cell, ProgramLanguage::kStrace));
  EXPECT_THAT(with, HasSubstr(absl::StrCat(
                        bind,
                        " = -1 EADDRINUSE (Address already in use)   "
                        "/* seen: EADDRINUSE */\n")));
}

class EveryPlanTest : public ::testing::TestWithParam<std::string> {};

// Running them is programs_test's; that takes a cell or three of each plan.
TEST_P(EveryPlanTest, CanBeSaidInEveryLanguage) {
  const CompiledPlan plan = ShippedPlan(GetParam());
  const auto cells = static_cast<uint32_t>(CellSpace(plan.program).size());
  constexpr uint32_t kCells = 200;
  const uint32_t stride = std::max(1u, cells / kCells);
  for (uint32_t cell = 0; cell < cells; cell += stride) {
    for (ProgramLanguage language :
         {ProgramLanguage::kC, ProgramLanguage::kPython,
          ProgramLanguage::kStrace}) {
      ASSERT_OK(
          Reproduce({.plan = plan.name, .program = &plan.program, .cell = cell},
                    language)
              .status());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Short, EveryPlanTest,
                         ::testing::ValuesIn(ShortPlanFiles()), PlanTestName);

}  // namespace
}  // namespace sockdrift::testing
