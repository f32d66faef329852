// docs/plan-language.md agrees with the program.
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "compiler/compile.h"
#include "compiler/language_reference.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kPage =
    SOCKDRIFT_SOURCE_DIR "/docs/plan-language.md";
constexpr absl::string_view kBegin = "<!-- operations: begin -->\n";
constexpr absl::string_view kEnd = "<!-- operations: end -->\n";

std::string ReadPage() {
  std::ifstream file{std::string(kPage)};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(PlanLanguageDocTest, ListsTheOperationsOfTheTable) {
  const std::string page = ReadPage();
  const size_t begin = page.find(std::string(kBegin));
  const size_t end = page.find(std::string(kEnd));
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const size_t from = begin + kBegin.size();
  const std::string wanted = absl::StrCat("\n", OperationsAsMarkdown(), "\n");
  const char* update = std::getenv("SOCKDRIFT_UPDATE_GOLD");
  if (update != nullptr && absl::string_view(update) == "1") {
    std::ofstream file{std::string(kPage)};
    file << page.substr(0, from) << wanted << page.substr(end);
    return;
  }
  EXPECT_EQ(page.substr(from, end - from), wanted)
      << "run this test with SOCKDRIFT_UPDATE_GOLD=1 to write the section anew";
}

TEST(PlanLanguageDocTest, ExamplesCompile) {
  const std::string page = ReadPage();
  int examples = 0;
  for (size_t at = page.find("```yaml\n"); at != std::string::npos;
       at = page.find("```yaml\n", at + 1)) {
    const size_t start = at + 8;
    const std::string yaml =
        page.substr(start, page.find("```", start) - start);
    const CompileResult result = CompilePlan(yaml, "plan-language.md");
    ++examples;
    EXPECT_TRUE(result.ok()) << result.diagnostics[0].ToString();
  }
  EXPECT_GE(examples, 1);
}

}  // namespace
}  // namespace sockdrift
