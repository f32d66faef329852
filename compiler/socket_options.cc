#include "compiler/socket_options.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/canonical_text.h"
#include "compiler/scalar_text.h"
#include "compiler/step_fields.h"
#include "core/net/option_name.h"

namespace sockdrift {
namespace {

using Row = std::vector<RowField>;

// Null, reported, for an unknown option.
const OptionSpec* OptionAt(absl::string_view name, const YamlNode& where,
                           Report& report) {
  const OptionSpec* option = FindOption(name);
  if (option != nullptr) return option;
  std::vector<std::string> names;
  for (const OptionSpec& one : Options()) names.emplace_back(one.name);
  report.Add(where, absl::StrCat("there is no socket option \"", name, "\"",
                                 Suggestion(name, names)));
  return nullptr;
}

Step Setsockopt(const Step& socket, absl::string_view name, Scalar value,
                Guards guards) {
  Step step;
  step.operation = Operation::kSetsockopt;
  step.fields.push_back({FieldId::kOf, *socket.Find(FieldId::kAs)});
  step.fields.push_back({FieldId::kName, Scalar{{}, {std::string(name)}}});
  step.fields.push_back({FieldId::kValue, std::move(value)});
  for (FieldId id : {FieldId::kHost, FieldId::kUser, FieldId::kProcess}) {
    const Scalar* common = socket.Find(id);
    if (common != nullptr) step.fields.push_back({id, *common});
  }
  step.guards = std::move(guards);
  step.always = socket.always;
  return step;
}

void AddMap(const YamlNode& map, const Step& socket, PlanContext& context,
            std::vector<Step>& out) {
  for (size_t i = 0; i < map.keys.size(); ++i) {
    const OptionSpec* option =
        OptionAt(map.keys[i].text, map.keys[i], context.report);
    const YamlNode& node = map.items[i];
    if (!node.scalar() || node.text.empty()) {
      context.report.Add(node, absl::StrCat("an option's value is a text, not ",
                                            node.Describe()));
      continue;
    }
    if (option == nullptr) continue;
    std::optional<Scalar> value = ReadScalarText(
        node.text, node, context.axes,
        [&](absl::string_view text) {
          return CanonicalOptionValue(text, *option);
        },
        context.report);
    Guards guards = socket.guards;
    if (!value.has_value() || !NarrowToSet(*value, node, guards, context)) {
      continue;
    }
    out.push_back(
        Setsockopt(socket, option->name, *std::move(value), std::move(guards)));
  }
}

// Whether the names of `row` stand in the order of `order`.
bool KeepsOrder(const Row& row, const std::vector<std::string>& order) {
  auto next = order.begin();
  for (const RowField& field : row) {
    next = std::find(next, order.end(), field.name);
    if (next == order.end()) return false;
  }
  return true;
}

const RowField* FieldNamed(const Row& row, absl::string_view name) {
  for (const RowField& field : row) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

// The option's text in each of these values of the axis; what is wrong is
// reported where the row says it.
Scalar RowTexts(const AxisReference& axis, const std::string& name,
                const std::vector<uint16_t>& values, PlanContext& context) {
  const std::vector<AxisValue>& rows = context.axes.axes()[axis.axis].values;
  Scalar scalar;
  scalar.axes = {axis.axis};
  scalar.texts.resize(rows.size());
  for (uint16_t v : values) {
    const RowField* field = FieldNamed(rows[v].fields, name);
    if (field == nullptr || field->text == kUnset) continue;
    const OptionSpec* option = OptionAt(name, *field->where, context.report);
    if (option == nullptr) continue;
    const absl::StatusOr<std::string> text =
        CanonicalOptionValue(field->text, *option);
    if (text.ok()) {
      scalar.texts[v] = *text;
    } else {
      context.report.Add(*field->where, text.status().message());
    }
  }
  return scalar;
}

// A setsockopt of one option for these values of the axis.
void AddRowOption(const AxisReference& axis, const std::string& name,
                  const std::vector<uint16_t>& values, const Step& socket,
                  PlanContext& context, std::vector<Step>& out) {
  Scalar scalar = RowTexts(axis, name, values, context);
  std::vector<uint16_t> set;
  for (uint16_t v : values) {
    if (scalar.texts[v].has_value()) set.push_back(v);
  }
  if (set.empty()) return;
  std::optional<Guards> guards =
      Both(socket.guards, OnlyValues(context.axes, axis.axis, std::move(set)));
  if (!guards.has_value()) return;
  out.push_back(
      Setsockopt(socket, name, std::move(scalar), *std::move(guards)));
}

// One setsockopt an option where all rows agree on the order, else each row's
// own.
void AddRows(const AxisReference& axis, const Step& socket,
             PlanContext& context, std::vector<Step>& out) {
  const std::vector<AxisValue>& rows = context.axes.axes()[axis.axis].values;
  std::vector<std::string> order;
  std::vector<uint16_t> all;
  for (const AxisValue& row : rows) {
    all.push_back(static_cast<uint16_t>(all.size()));
    for (const RowField& field : row.fields) {
      if (std::find(order.begin(), order.end(), field.name) == order.end()) {
        order.push_back(field.name);
      }
    }
  }
  const bool agree = std::all_of(
      rows.begin(), rows.end(),
      [&](const AxisValue& row) { return KeepsOrder(row.fields, order); });
  if (agree) {
    for (const std::string& name : order) {
      AddRowOption(axis, name, all, socket, context, out);
    }
    return;
  }
  for (uint16_t v : all) {
    for (const RowField& field : rows[v].fields) {
      AddRowOption(axis, field.name, {v}, socket, context, out);
    }
  }
}

}  // namespace

std::vector<Step> ReadSocketOptions(const YamlNode& options, const Step& socket,
                                    PlanContext& context) {
  std::vector<Step> out;
  if (socket.Find(FieldId::kAs) == nullptr) return out;
  if (options.list()) {
    for (const YamlNode& item : options.items) {
      if (item.list()) {
        context.report.Add(item,
                           "options are a map, an axis, or a list of "
                           "these; not a list in a list");
        continue;
      }
      std::vector<Step> more = ReadSocketOptions(item, socket, context);
      std::move(more.begin(), more.end(), std::back_inserter(out));
    }
  } else if (options.map()) {
    AddMap(options, socket, context, out);
  } else if (!IsReference(options.text)) {
    context.report.Add(options,
                       absl::StrCat("options are a map such as {SO_REUSEADDR: "
                                    "1}, an axis of named rows such as $reuse, "
                                    "or a list of these; not ",
                                    options.Describe()));
  } else {
    const std::optional<AxisReference> axis =
        ReadWholeReference(options, context.axes, context.report);
    if (!axis.has_value()) return out;
    const PlanAxis& rows = context.axes.axes()[axis->axis];
    if (!rows.rows || !axis->field.empty()) {
      context.report.Add(options, absl::StrCat("axis ", rows.name,
                                               " has no named rows of options; "
                                               "write {OPTION: ",
                                               options.text, "}"));
      return out;
    }
    AddRows(*axis, socket, context, out);
  }
  return out;
}

}  // namespace sockdrift
