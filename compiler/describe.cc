#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/compile.h"
#include "compiler/describe_call.h"
#include "core/plan/cell_steps.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

// Where and as whom, before the call: "as u1: ", "in child: ", "on server: ".
std::string Whereabouts(StepTexts& texts) {
  std::string text;
  const std::pair<FieldId, absl::string_view> fields[] = {
      {FieldId::kHost, "on "},
      {FieldId::kProcess, "in "},
      {FieldId::kUser, "as "}};
  for (const auto& [field, word] : fields) {
    const std::string value = texts.Get(field);
    if (!value.empty()) absl::StrAppend(&text, word, value, ": ");
  }
  return text;
}

std::string Described(const CellStep& made, const Program& program) {
  const Step& step = *made.step;
  StepTexts texts(made);
  std::string line = Whereabouts(texts);
  absl::StrAppend(&line, DescribeCall(texts));
  const std::string within = texts.Get(FieldId::kWithin);
  if (!within.empty()) absl::StrAppend(&line, ", at most ", within);
  const std::string must = texts.Get(FieldId::kMust);
  const std::string rest = texts.Rest();
  if (!rest.empty()) absl::StrAppend(&line, " (", rest, ")");
  if (!must.empty()) absl::StrAppend(&line, "   must be ", must);
  if (step.observation != kNoObservation) {
    absl::StrAppend(&line, "   → ", program.observations[step.observation],
                    step.observe_failure_only ? " if it fails" : "");
  }
  return line;
}

}  // namespace

std::string DescribeStep(const Program& program, size_t index,
                         absl::Span<const uint16_t> coordinate) {
  return Described(StepInCell(program.steps[index], program, coordinate),
                   program);
}

std::vector<std::string> DescribeCell(const Program& program, uint32_t cell) {
  const CellSpace cells(program);
  std::vector<std::string> lines;
  for (const CellStep& step : StepsOfCell(program, cells.Coordinate(cell))) {
    lines.push_back(std::string(2 * step.depth, ' ') +
                    Described(step, program));
  }
  return lines;
}

}  // namespace sockdrift
