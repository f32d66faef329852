#include "report/step_templates.h"

#include "absl/strings/str_cat.h"
#include "compiler/catalogue.h"
#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"

namespace sockdrift {
namespace {

using testing::Constant;
using ::testing::ElementsAre;
using testing::OfAxis;

constexpr uint32_t kCellsOfAPlan = 200;  // looked at

// What js/steps.js makes of the templates.
std::vector<std::string> Filled(const std::vector<StepTemplate>& templates,
                                const Program& program,
                                const std::vector<uint16_t>& coordinate) {
  std::vector<std::string> lines;
  for (size_t i = 0; i < templates.size(); ++i) {
    if (!Applies(program.steps[i], coordinate)) continue;
    const StepTemplate& step = templates[i];
    size_t index = 0;
    for (const uint8_t axis : step.axes) {
      index = index * program.axes[axis].values.size() + coordinate[axis];
    }
    lines.push_back(absl::StrCat(std::string(2 * step.depth, ' '), step.before,
                                 step.middles[index], step.after));
  }
  return lines;
}

TEST(StepTemplatesTest, SayOfTheCatalogueWhatDescribeCellSays) {
  const auto catalogue = Catalogue();
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  for (const CompiledPlan& plan : *catalogue) {
    const std::vector<StepTemplate> templates = StepTemplates(plan.program);
    const CellSpace cells(plan.program);
    const uint32_t stride = 1 + cells.size() / kCellsOfAPlan;
    for (uint32_t cell = 0; cell < cells.size(); cell += stride) {
      ASSERT_EQ(Filled(templates, plan.program, cells.Coordinate(cell)),
                DescribeCell(plan.program, cell))
          << plan.name << " cell " << cell;
    }
  }
}

Program SocketOfEachFamily(std::vector<std::optional<std::string>> families) {
  Program program;
  program.axes = {{"family", std::vector<std::string>(families.size(), "x")}};
  Step step;
  step.operation = Operation::kSocket;
  step.fields = {{FieldId::kAs, Constant("s")},
                 {FieldId::kFamily, OfAxis(0, std::move(families))},
                 {FieldId::kType, Constant("stream")}};
  program.steps = {step};
  return program;
}

TEST(StepTemplatesTest, TellWhatIsCommonOnce) {
  const auto templates =
      StepTemplates(SocketOfEachFamily({"inet", "inet6", "unix"}));
  ASSERT_EQ(templates.size(), 1);
  EXPECT_EQ(templates[0].before, "s = socket(AF_");
  EXPECT_EQ(templates[0].after, ", SOCK_STREAM, 0)");
  EXPECT_THAT(templates[0].middles, ElementsAre("INET", "INET6", "UNIX"));
}

TEST(StepTemplatesTest, NeverShareALetterBetweenBeginningAndEnd) {
  // "AA" and "AAA" begin and end with the same two letters.
  const auto templates = StepTemplates(SocketOfEachFamily({"a", "aa"}));
  EXPECT_EQ(templates[0].middles, (std::vector<std::string>{"", "A"}));
}

TEST(StepTemplatesTest, NameTheOptionThatAStepSets) {
  Program program = SocketOfEachFamily({"inet"});
  Step step;
  step.operation = Operation::kSetsockopt;
  step.fields = {{FieldId::kOf, Constant("s")},
                 {FieldId::kName, Constant("SO_REUSEADDR")},
                 {FieldId::kValue, Constant("1")}};
  program.steps.push_back(step);
  const auto templates = StepTemplates(program);
  EXPECT_EQ(templates[0].option, "");
  EXPECT_EQ(templates[1].option, "SO_REUSEADDR");
}

}  // namespace
}  // namespace sockdrift
