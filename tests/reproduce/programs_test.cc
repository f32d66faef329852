// Cells of every short plan as programs: what they print is what the engine
// recorded of the same cells on this kernel.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "compiler/compile.h"
#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "reproduce/reproduce.h"
#include "tests/support/pristine_run.h"
#include "tests/support/require.h"
#include "tests/support/shipped_plans.h"
#include "tests/support/status_matchers.h"
#include "tests/support/subprocess.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift::testing {
namespace {

using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// One that every user can run: another that comes first on PATH may be root's.
constexpr char kDebiansPython[] = "/usr/bin/python3";

// How many neighbours are measured to find one that is DONE.
constexpr uint32_t kTries = 6;

// The neighbours from which one is taken, at the matrix' beginning, middle and
// end.
std::vector<std::vector<uint32_t>> Places(uint32_t cells) {
  const uint32_t tries = std::min(kTries, cells);
  std::vector<std::vector<uint32_t>> places;
  for (uint32_t first : {0u, (cells - tries) / 2, cells - tries}) {
    std::vector<uint32_t> place;
    for (uint32_t i = 0; i < tries; ++i) place.push_back(first + i);
    places.push_back(std::move(place));
  }
  // From the end backwards, so that a plan's last cell is among them.
  std::reverse(places.back().begin(), places.back().end());
  return places;
}

std::vector<uint32_t> CellsToMeasure(uint32_t cells) {
  std::set<uint32_t> all;
  for (const std::vector<uint32_t>& place : Places(cells)) {
    all.insert(place.begin(), place.end());
  }
  return {all.begin(), all.end()};
}

// The first DONE one of each place.
std::set<uint32_t> Chosen(const Record& record) {
  std::set<uint32_t> chosen;
  for (const std::vector<uint32_t>& place :
       Places(static_cast<uint32_t>(record.cells()))) {
    const auto done =
        std::find_if(place.begin(), place.end(), [&](uint32_t cell) {
          return record.status[cell] == CellStatus::kDone;
        });
    if (done != place.end()) chosen.insert(*done);
  }
  return chosen;
}

// "bind.a: ok", sorted.
std::vector<std::string> Lines(const Program& program, const Record& record,
                               uint32_t cell) {
  std::vector<std::string> lines;
  for (size_t i = 0; i < program.observations.size(); ++i) {
    const absl::string_view outcome = record.Outcome(i, cell);
    if (outcome.empty()) continue;
    lines.push_back(absl::StrCat(program.observations[i], ": ", outcome));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> SortedLines(const std::string& text) {
  std::vector<std::string> lines =
      absl::StrSplit(text, '\n', absl::SkipEmpty());
  std::sort(lines.begin(), lines.end());
  return lines;
}

void WriteText(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  ASSERT_TRUE(file.good()) << path;
}

// Starts it in a fresh namespace with lo up, as a replica is. A program that
// needs more makes a namespace of its own.
SubprocessEnd RunFresh(const std::string& command) {
  return RunSubprocess({"unshare", "--net", "sh", "-c",
                        absl::StrCat("ip link set lo up && exec ", command)});
}

class ProgramsTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    SOCKDRIFT_REQUIRE_OR_SKIP("root");
    SOCKDRIFT_REQUIRE_OR_SKIP("netns");
    SOCKDRIFT_REQUIRE_OR_SKIP("program:ip");
    SOCKDRIFT_REQUIRE_OR_SKIP("program:unshare");
    SOCKDRIFT_REQUIRE_OR_SKIP("program:cc");
    SOCKDRIFT_REQUIRE_OR_SKIP("program:python3");
  }

  // Runs each chosen cell's program and compares its lines with the record.
  void Compare(const CompiledPlan& plan, ProgramLanguage language);
  // The command that runs the program; empty where it cannot be built.
  std::string Prepare(ProgramLanguage language, const std::string& text,
                      uint32_t cell);

  TemporaryFolder folder_;
};

std::string ProgramsTest::Prepare(ProgramLanguage language,
                                  const std::string& text, uint32_t cell) {
  const std::string base = absl::StrCat(folder_.path(), "/", cell);
  if (language == ProgramLanguage::kPython) {
    WriteText(base + ".py", text);
    return absl::StrCat("python3 -IS ", base, ".py");
  }
  WriteText(base + ".c", text);
  const SubprocessEnd built =
      RunSubprocess({"cc", "-std=c17", "-Wall", "-Wextra", "-Werror", "-O0",
                     "-o", base, base + ".c"});
  EXPECT_EQ(built.exit_code, 0) << built.err << "\n" << text;
  return built.exit_code == 0 ? base : "";
}

void ProgramsTest::Compare(const CompiledPlan& plan, ProgramLanguage language) {
  const auto cells = static_cast<uint32_t>(CellSpace(plan.program).size());
  ASSERT_OK_AND_ASSIGN(const Measured measured,
                       MeasurePristine(plan, {.cells = CellsToMeasure(cells)}));
  const std::set<uint32_t> chosen = Chosen(measured.record);
  if (chosen.empty()) {
    GTEST_SKIP() << CellText(plan, measured.record, 0);
  }
  for (uint32_t cell : chosen) {
    SCOPED_TRACE(CellText(plan, measured.record, cell));
    ASSERT_OK_AND_ASSIGN(const std::string text,
                         Reproduce({.plan = plan.name,
                                    .title = plan.title,
                                    .program = &plan.program,
                                    .cell = cell},
                                   language));
    const std::string command = Prepare(language, text, cell);
    if (command.empty()) continue;
    const SubprocessEnd end = RunFresh(command);
    EXPECT_EQ(end.exit_code, 0) << end.err << "\n" << text;
    EXPECT_THAT(SortedLines(end.out),
                ElementsAreArray(Lines(plan.program, measured.record, cell)))
        << end.err << "\n"
        << text;
  }
}

// Every operation of the table, in every language that runs. Made here of the
// compiler's plan: users take root's rights away (reproduce/limits.h), few
// kernels lack veth, and nine samples are few for a class.
CompiledPlan EveryOperation() {
  std::ifstream file(SOCKDRIFT_SOURCE_DIR
                     "/tests/testdata/plans/operations.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  CompileResult result = CompilePlan(
      absl::StrReplaceAll(text.str(), {{"users: [u1, u2]\n", ""},
                                       {", user: u1", ""},
                                       {", user: u2", ""},
                                       {"dummy", "veth"},
                                       {"times: 9\n", "times: 120\n"}}),
      "operations");
  for (const Diagnostic& diagnostic : result.diagnostics) {
    ADD_FAILURE() << diagnostic.ToString();
  }
  return std::move(result.plan);
}

class EveryOperationTest : public ProgramsTest {};

TEST_P(EveryOperationTest, AnswersAsInTheEngine) {
  Compare(EveryOperation(),
          GetParam() == "c" ? ProgramLanguage::kC : ProgramLanguage::kPython);
}

INSTANTIATE_TEST_SUITE_P(Languages, EveryOperationTest,
                         ::testing::Values("c", "python"));

TEST_P(ProgramsTest, InCAnswersAsTheEngineDid) {
  Compare(ShippedPlan(GetParam()), ProgramLanguage::kC);
}

TEST_P(ProgramsTest, InPythonAnswersAsTheEngineDid) {
  Compare(ShippedPlan(GetParam()), ProgramLanguage::kPython);
}

// The first cell of a plan as a Python program in the folder, and what the
// engine answers.
struct Sample {
  std::string path;
  std::string expected;
};
Sample FirstCell(const TemporaryFolder& folder, const std::string& file) {
  const CompiledPlan plan = ShippedPlan(file);
  const absl::StatusOr<Measured> measured =
      MeasurePristine(plan, {.cells = {0}});
  const absl::StatusOr<std::string> text = Reproduce(
      {.plan = plan.name, .program = &plan.program}, ProgramLanguage::kPython);
  EXPECT_OK(measured.status());
  EXPECT_OK(text.status());
  if (!measured.ok() || !text.ok()) return {};
  const std::string path = folder / "cell.py";
  WriteText(path, *text);
  // Another user reads it.
  EXPECT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  return {path, absl::StrJoin(Lines(plan.program, measured->record, 0), "\n")};
}

// One plan sets a sysctl, the other joins two hosts and looks names up.
TEST(ProgramTest, MakesItsWorldAsAnOrdinaryUserToo) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  SOCKDRIFT_REQUIRE_OR_SKIP("userns");
  if (::access(kDebiansPython, X_OK) != 0) {
    SOCKDRIFT_MISSING("program:python3", "no file of Debian's");
  }
  for (const char* file : {"bind/v6only-default.yaml", "interop/table.yaml"}) {
    SCOPED_TRACE(file);
    const TemporaryFolder folder;
    const Sample cell = FirstCell(folder, file);
    const SubprocessEnd end =
        RunSubprocess({"setpriv", "--reuid", "65534", "--regid", "65534",
                       "--clear-groups", kDebiansPython, "-IS", cell.path});
    EXPECT_EQ(end.exit_code, 0) << end.err;
    EXPECT_EQ(absl::StrJoin(SortedLines(end.out), "\n"), cell.expected);
  }
}

TEST(ProgramTest, SaysWhatItNeedsWhereItCannotHaveIt) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  if (::access(kDebiansPython, X_OK) != 0) {
    SOCKDRIFT_MISSING("program:python3", "no file of Debian's");
  }
  const TemporaryFolder folder;
  const Sample cell = FirstCell(folder, "bind/v6only-default.yaml");
  // Neither rights nor another user namespace.
  const SubprocessEnd end = RunSubprocess(
      {"unshare", "--user", "--map-root-user", "sh", "-c",
       absl::StrCat("echo 0 > /proc/sys/user/max_user_namespaces && exec "
                    "setpriv --bounding-set=-all ",
                    kDebiansPython, " -IS ", cell.path)});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.out, IsEmpty());
  EXPECT_THAT(end.err, HasSubstr("run this as root, or allow unprivileged user "
                                 "namespaces"));
}

INSTANTIATE_TEST_SUITE_P(Short, ProgramsTest,
                         ::testing::ValuesIn(ShortPlanFiles()), PlanTestName);

}  // namespace
}  // namespace sockdrift::testing
