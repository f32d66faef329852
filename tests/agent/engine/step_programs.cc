#include "tests/agent/engine/step_programs.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "compiler/compile.h"
#include "gtest/gtest.h"

namespace sockdrift::testing {
namespace {

Program Compiled(absl::string_view yaml, absl::string_view file) {
  CompileResult result = CompilePlan(yaml, file);
  for (const Diagnostic& diagnostic : result.diagnostics) {
    ADD_FAILURE() << diagnostic.ToString();
  }
  return std::move(result.plan.program);
}

}  // namespace

Program PlanOf(absl::string_view keys) {
  return Compiled(absl::StrCat("plan: test.plan\ntitle: A test\n", keys),
                  "inline.yaml");
}

Program StepsOf(absl::string_view steps) {
  return PlanOf(absl::StrCat("steps:\n", steps));
}

Program CataloguePlan(absl::string_view file) {
  const std::string path = absl::StrCat(SOCKDRIFT_SOURCE_DIR "/plans/", file);
  std::ifstream in(path);
  EXPECT_TRUE(in.good()) << path;
  std::ostringstream text;
  text << in.rdbuf();
  return Compiled(text.str(), path);
}

}  // namespace sockdrift::testing
