// The plans under tests/testdata/plans.
#include <cstdlib>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/compile.h"
#include "core/plan/cells.h"
#include "core/plan/program_codec.h"
#include "core/plan/validate_program.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

std::string PathOf(absl::string_view name) {
  return absl::StrCat(SOCKDRIFT_SOURCE_DIR "/tests/testdata/plans/", name);
}

std::string Read(absl::string_view name) {
  std::ifstream file(PathOf(name));
  EXPECT_TRUE(file.good()) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Told(const CompileResult& result) {
  return absl::StrJoin(result.diagnostics, "",
                       [](std::string* out, const Diagnostic& diagnostic) {
                         absl::StrAppend(out, diagnostic.ToString(), "\n");
                       });
}

TEST(PlanFilesTest, AllMistakesOfAFileAreToldAsInItsGoldFile) {
  const std::string told =
      Told(CompilePlan(Read("mistakes.yaml"), "mistakes.yaml"));
  const char* update = std::getenv("SOCKDRIFT_UPDATE_GOLD");
  if (update != nullptr && absl::string_view(update) == "1") {
    std::ofstream(PathOf("mistakes.txt")) << told;
  }
  EXPECT_EQ(told, Read("mistakes.txt"));
}

TEST(PlanFilesTest, ABillionCellsAreRefusedForTheirNumber) {
  const std::string told =
      Told(CompilePlan(Read("billion.yaml"), "billion.yaml"));
  EXPECT_TRUE(absl::StrContains(
      told, "billion.yaml:5:3: axes: the axes span 1000000000 combinations"))
      << told;
}

TEST(PlanFilesTest, EveryOperationCompiles) {
  const CompileResult result =
      CompilePlan(Read("operations.yaml"), "operations.yaml");
  ASSERT_TRUE(result.ok()) << Told(result);
  std::set<Operation> used;
  for (const Step& step : result.plan.program.steps) {
    used.insert(step.operation);
  }
  EXPECT_EQ(used.size(), Operations().size());
  const std::string bytes = EncodeProgram(result.plan.program);
  ASSERT_OK_AND_ASSIGN(const Program decoded, DecodeProgram(bytes));
  EXPECT_EQ(EncodeProgram(decoded), bytes);
}

TEST(PlanFilesTest, EveryOperationReadsAsACall) {
  const CompileResult result =
      CompilePlan(Read("operations.yaml"), "operations.yaml");
  ASSERT_TRUE(result.ok()) << Told(result);
  for (const std::string& line : DescribeCell(result.plan.program, 1)) {
    EXPECT_TRUE(absl::StrContains(line, "(")) << line;
  }
}

// A text with a few characters taken out, put in or replaced.
std::string Garbled(std::string text, std::mt19937& random) {
  constexpr absl::string_view kSigns = "{}[]:,-$*&!\"'#|> \n.a0";
  for (int edits = 1 + static_cast<int>(random() % 4); edits > 0; --edits) {
    const size_t at = random() % text.size();
    const char sign = kSigns[random() % kSigns.size()];
    switch (random() % 3) {
      case 0:
        text.erase(at, 1 + random() % 8);
        break;
      case 1:
        text.insert(at, 1, sign);
        break;
      default:
        text[at] = sign;
    }
  }
  return text;
}

TEST(PlanFilesTest, GarbledPlansGiveDiagnosticsOrAValidProgram) {
  std::mt19937 random(20240607);
  int refused = 0;
  for (absl::string_view file : {"operations.yaml", "mistakes.yaml"}) {
    const std::string good = Read(file);
    for (int i = 0; i < 1000; ++i) {
      const std::string yaml = Garbled(good, random);
      const CompileResult result = CompilePlan(yaml, "garbled.yaml");
      if (result.ok()) {
        EXPECT_OK(ValidateProgram(result.plan.program)) << yaml;
      } else {
        ++refused;
        EXPECT_GT(result.diagnostics[0].line, 0) << Told(result) << yaml;
      }
    }
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace sockdrift
