#include "core/plan/cell_steps.h"

#include <algorithm>
#include <optional>

#include "core/plan/cells.h"

namespace sockdrift {
namespace {

// Whether the step applies and none of its required fields is `unset` (then
// the call is left out).
bool IsMade(const Step& step, const Program& program,
            absl::Span<const uint16_t> coordinate) {
  if (!Applies(step, coordinate)) return false;
  return std::all_of(
      step.fields.begin(), step.fields.end(), [&](const Field& field) {
        if (TextAt(field.value, program, coordinate).has_value()) return true;
        const FieldSpec* spec = FindField(SpecOf(step.operation), field.id);
        return spec == nullptr || !spec->required;
      });
}

void Append(const Program& program, absl::Span<const uint16_t> coordinate,
            size_t first, size_t end, size_t depth,
            std::vector<CellStep>& steps) {
  for (size_t i = first; i < end; i += 1 + program.steps[i].body) {
    const Step& step = program.steps[i];
    if (!IsMade(step, program, coordinate)) continue;
    const size_t at = steps.size();
    steps.push_back(StepInCell(step, program, coordinate));
    steps.back().depth = depth;
    Append(program, coordinate, i + 1, i + 1 + step.body, depth + 1, steps);
    steps[at].body = steps.size() - at - 1;
  }
}

}  // namespace

const std::string* CellStep::Find(FieldId id) const {
  const auto it =
      std::find_if(texts.begin(), texts.end(),
                   [id](const auto& field) { return field.first == id; });
  return it == texts.end() ? nullptr : &it->second;
}

std::string CellStep::Get(FieldId id, absl::string_view otherwise) const {
  const std::string* text = Find(id);
  return text == nullptr ? std::string(otherwise) : *text;
}

CellStep StepInCell(const Step& step, const Program& program,
                    absl::Span<const uint16_t> coordinate) {
  CellStep made;
  made.step = &step;
  for (const Field& field : step.fields) {
    const std::optional<std::string>& text =
        TextAt(field.value, program, coordinate);
    if (text.has_value()) made.texts.emplace_back(field.id, *text);
  }
  return made;
}

std::vector<CellStep> StepsOfCell(const Program& program,
                                  absl::Span<const uint16_t> coordinate) {
  std::vector<CellStep> steps;
  Append(program, coordinate, 0, program.steps.size(), 0, steps);
  return steps;
}

}  // namespace sockdrift
