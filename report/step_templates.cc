#include "report/step_templates.h"

#include <algorithm>

#include "compiler/compile.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

// A step that says so many different things would make the report large.
constexpr size_t kMostTexts = 16384;

std::vector<uint8_t> AxesOf(const Step& step) {
  std::vector<uint8_t> axes;
  for (const Field& field : step.fields) {
    axes.insert(axes.end(), field.value.axes.begin(), field.value.axes.end());
  }
  std::sort(axes.begin(), axes.end());
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  return axes;
}

// Sets the coordinate's values on `axes` to the combination of this number.
void SetCombination(const Program& program, const std::vector<uint8_t>& axes,
                    size_t number, std::vector<uint16_t>& coordinate) {
  for (size_t i = axes.size(); i-- > 0;) {
    const size_t values = program.axes[axes[i]].values.size();
    coordinate[axes[i]] = static_cast<uint16_t>(number % values);
    number /= values;
  }
}

// Whether the guards on `axes` hold: the step happens in no other cell.
bool MayApply(const Step& step, const std::vector<uint8_t>& axes,
              const std::vector<uint16_t>& coordinate) {
  return std::all_of(
      step.guards.begin(), step.guards.end(), [&](const Guard& guard) {
        return !std::binary_search(axes.begin(), axes.end(), guard.axis) ||
               std::binary_search(guard.values.begin(), guard.values.end(),
                                  coordinate[guard.axis]);
      });
}

// Takes what all texts begin and end with out of them. Cut between characters:
// a byte that continues one is never the first of a part.
void Factor(StepTemplate& step) {
  std::vector<std::string*> texts;
  for (std::string& text : step.middles) {
    if (!text.empty()) texts.push_back(&text);
  }
  if (texts.empty()) return;
  const std::string first = *texts.front();
  size_t before = first.size();
  size_t after = first.size();
  for (const std::string* text : texts) {
    const size_t most = std::min({before, first.size(), text->size()});
    before = static_cast<size_t>(
        std::mismatch(first.begin(), first.begin() + static_cast<long>(most),
                      text->begin())
            .first -
        first.begin());
    size_t same = 0;
    while (same < after && same < text->size() &&
           first[first.size() - 1 - same] == (*text)[text->size() - 1 - same]) {
      ++same;
    }
    after = same;
  }
  const auto continues = [](char c) { return (c & 0xc0) == 0x80; };
  while (before > 0 && before < first.size() && continues(first[before])) {
    --before;
  }
  size_t shortest = first.size();
  for (const std::string* text : texts) {
    shortest = std::min(shortest, text->size());
  }
  after = std::min(after, shortest - before);
  while (after > 0 && continues(first[first.size() - after])) --after;
  step.before = first.substr(0, before);
  step.after = first.substr(first.size() - after);
  for (std::string* text : texts) {
    *text = text->substr(before, text->size() - before - after);
  }
}

StepTemplate TemplateOf(const Program& program, size_t index) {
  const Step& step = program.steps[index];
  StepTemplate made;
  made.axes = AxesOf(step);
  size_t combinations = 1;
  for (const uint8_t axis : made.axes) {
    combinations *= program.axes[axis].values.size();
    if (combinations > kMostTexts) return made;
  }
  // Guards on other axes: the texts do not depend on them.
  std::vector<uint16_t> coordinate(program.axes.size(), 0);
  for (size_t i = 0; i < combinations; ++i) {
    SetCombination(program, made.axes, i, coordinate);
    made.middles.push_back(MayApply(step, made.axes, coordinate)
                               ? DescribeStep(program, index, coordinate)
                               : "");
  }
  Factor(made);
  return made;
}

std::string OptionOf(const Step& step) {
  if (step.operation != Operation::kSetsockopt) return "";
  const Scalar* name = step.Find(FieldId::kName);
  if (name == nullptr || !name->constant()) return "";
  return name->texts.front().value_or("");
}

}  // namespace

std::vector<StepTemplate> StepTemplates(const Program& program) {
  std::vector<StepTemplate> templates;
  std::vector<size_t> ends;  // of the loops that are open
  for (size_t i = 0; i < program.steps.size(); ++i) {
    while (!ends.empty() && i > ends.back()) ends.pop_back();
    StepTemplate made = TemplateOf(program, i);
    made.depth = ends.size();
    made.option = OptionOf(program.steps[i]);
    if (program.steps[i].body > 0) ends.push_back(i + program.steps[i].body);
    templates.push_back(std::move(made));
  }
  return templates;
}

}  // namespace sockdrift
