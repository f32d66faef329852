#include "compiler/condition.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "compiler/map_reader.h"
#include "compiler/scalar_text.h"

namespace sockdrift {
namespace {

std::string TextOrUnset(const AxisTable& axes, const AxisReference& reference,
                        uint16_t value) {
  return axes.Text(reference, value).value_or(std::string(kUnset));
}

std::vector<std::string> TextsOf(const AxisTable& axes,
                                 const AxisReference& reference) {
  std::vector<std::string> texts;
  const size_t size = axes.axes()[reference.axis].values.size();
  for (uint16_t v = 0; v < size; ++v) {
    texts.push_back(TextOrUnset(axes, reference, v));
  }
  return texts;
}

// Notes which values a text names; reports a text that names none.
void AddText(const YamlNode& text, const AxisTable& axes,
             AxisCondition& condition, Report& report) {
  const std::vector<std::string> texts = TextsOf(axes, condition.reference);
  bool any = false;
  for (size_t v = 0; v < texts.size(); ++v) {
    if (texts[v] != text.text) continue;
    condition.among[v] = true;
    any = true;
  }
  if (any) return;
  const AxisReference& reference = condition.reference;
  const std::string& axis = axes.axes()[reference.axis].name;
  report.Add(text, absl::StrCat(reference.field.empty()
                                    ? absl::StrCat("axis ", axis)
                                    : absl::StrCat(axis, ".", reference.field),
                                " is never \"", text.text, "\"",
                                Suggestion(text.text, texts)));
}

std::optional<AxisCondition> ReadEntry(const YamlNode& key,
                                       const YamlNode& value,
                                       const AxisTable& axes, Report& report) {
  const std::optional<AxisReference> reference =
      axes.Resolve(key.text, key, report);
  if (!reference.has_value()) return std::nullopt;
  const size_t before = report.size();
  AxisCondition condition;
  condition.reference = *reference;
  condition.among.resize(axes.axes()[reference->axis].values.size());
  const Alternatives alternatives = ReadAlternatives(value, report);
  condition.negated = alternatives.negated;
  for (const YamlNode* text : alternatives.texts) {
    if (!IsReference(text->text)) {
      AddText(*text, axes, condition, report);
      continue;
    }
    std::optional<AxisReference> other =
        axes.Resolve(absl::string_view(text->text).substr(1), *text, report);
    if (other.has_value()) condition.equals.push_back(*std::move(other));
  }
  if (report.size() != before) return std::nullopt;
  return condition;
}

}  // namespace

bool AxisCondition::Holds(absl::Span<const uint16_t> coordinate,
                          const AxisTable& axes) const {
  const uint16_t value = coordinate[reference.axis];
  bool holds = among[value];
  for (size_t i = 0; !holds && i < equals.size(); ++i) {
    holds = TextOrUnset(axes, reference, value) ==
            TextOrUnset(axes, equals[i], coordinate[equals[i].axis]);
  }
  return holds != negated;
}

bool Condition::Holds(absl::Span<const uint16_t> coordinate,
                      const AxisTable& axes) const {
  return std::all_of(all.begin(), all.end(), [&](const AxisCondition& one) {
    return one.Holds(coordinate, axes);
  });
}

std::optional<std::vector<Guard>> Condition::AsGuards(const AxisTable& axes,
                                                      const YamlNode& where,
                                                      Report& report) const {
  std::map<uint8_t, std::vector<bool>> by_axis;
  for (const AxisCondition& one : all) {
    if (!one.equals.empty()) {
      report.Add(where,
                 "`when:` cannot compare two axes: write the values out");
      return std::nullopt;
    }
    std::vector<bool>& values = by_axis[one.reference.axis];
    if (values.empty()) values.assign(one.among.size(), true);
    for (size_t v = 0; v < values.size(); ++v) {
      values[v] = values[v] && one.among[v] != one.negated;
    }
  }
  std::vector<Guard> guards;
  for (const auto& [axis, values] : by_axis) {
    Guard guard{axis, {}};
    for (size_t v = 0; v < values.size(); ++v) {
      if (values[v]) guard.values.push_back(static_cast<uint16_t>(v));
    }
    if (guard.values.empty()) {
      report.Add(where, absl::StrCat("no value of axis ",
                                     axes.axes()[axis].name, " meets this"));
      return std::nullopt;
    }
    if (guard.values.size() < values.size()) guards.push_back(std::move(guard));
  }
  return guards;
}

std::optional<Condition> ReadCondition(const YamlNode& map,
                                       const AxisTable& axes, Report& report,
                                       const OtherEntry& other) {
  if (!map.map() || map.keys.empty()) {
    report.Add(map, absl::StrCat("a condition is a map such as {axis: value}, "
                                 "not ",
                                 map.map() ? "an empty one" : map.Describe()));
    return std::nullopt;
  }
  Condition condition;
  bool good = true;
  for (size_t i = 0; i < map.keys.size(); ++i) {
    if (other != nullptr && other(map.keys[i], map.items[i])) continue;
    std::optional<AxisCondition> one =
        ReadEntry(map.keys[i], map.items[i], axes, report);
    good = good && one.has_value();
    if (one.has_value()) condition.all.push_back(*std::move(one));
  }
  if (!good) return std::nullopt;
  return condition;
}

Alternatives ReadAlternatives(const YamlNode& node, Report& report) {
  Alternatives alternatives;
  const YamlNode* texts = &node;
  if (node.map()) {
    MapReader reader(node, "a condition's value", report);
    texts = reader.Require("not");
    reader.Finish();
    if (texts == nullptr) return alternatives;
    alternatives.negated = true;
  }
  alternatives.texts = ScalarsOf(*texts, report);
  return alternatives;
}

}  // namespace sockdrift
