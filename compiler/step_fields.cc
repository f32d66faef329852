#include "compiler/step_fields.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "compiler/canonical_text.h"
#include "compiler/scalar_text.h"
#include "compiler/unrolled.h"
#include "core/base/status_macros.h"
#include "core/net/option_name.h"

namespace sockdrift {
namespace {

bool MakesName(FieldType type) {
  return type == FieldType::kNewSocket || type == FieldType::kNewProcess;
}

bool TakesList(FieldType type) {
  return type == FieldType::kSocketList || type == FieldType::kMarks ||
         type == FieldType::kWords;
}

// The text of a field: a scalar, or a list joined by ',' where its type is
// one. Nullopt, reported, for anything else.
std::optional<std::string> WrittenText(const FieldSpec& field,
                                       const YamlNode& node, Report& report) {
  if (node.scalar() && (!node.text.empty() || field.type == FieldType::kText)) {
    return node.text;
  }
  if (node.list() && TakesList(field.type)) {
    std::vector<std::string> texts;
    for (const YamlNode* item : ScalarsOf(node, report)) {
      texts.push_back(item->text);
    }
    if (texts.empty()) return std::nullopt;
    return absl::StrJoin(texts, ",");
  }
  report.Add(node,
             absl::StrCat("`", field.key, ":` is a text",
                          TakesList(field.type) ? " or a list of them" : "",
                          ", not ", node.Describe()));
  return std::nullopt;
}

// What CanonicalText needs beside the text.
absl::StatusOr<std::string> CanonicalField(absl::string_view text,
                                           const FieldSpec& field,
                                           const OptionSpec* option,
                                           const PlanContext& context) {
  switch (field.type) {
    case FieldType::kNewSocket:
      return CanonicalName(text);
    case FieldType::kNewProcess: {
      absl::StatusOr<std::string> name = CanonicalName(text);
      if (name.ok() && *name == kMainProcessName) {
        return absl::InvalidArgumentError(
            "`main` is the process that a plan begins with; take another name");
      }
      return name;
    }
    case FieldType::kProcess:
    case FieldType::kSocket:
      return std::string(absl::StripAsciiWhitespace(text));
    case FieldType::kSocketList: {
      std::vector<std::string> names;
      for (absl::string_view name : absl::StrSplit(text, ',')) {
        SOCKDRIFT_ASSIGN_OR_RETURN(
            const std::vector<std::string> more,
            ExpandNames(absl::StripAsciiWhitespace(name), context.scope));
        names.insert(names.end(), more.begin(), more.end());
      }
      return absl::StrJoin(names, ",");
    }
    case FieldType::kEndpoint:
      return CanonicalEndpoint(text, context.PortNames());
    case FieldType::kListPort:
      return CanonicalListPort(text, context.PortNames());
    case FieldType::kOptionValue:
      if (option != nullptr) return CanonicalOptionValue(text, *option);
      return std::string(text);
    default:
      return CanonicalText(text, field);
  }
}

const OptionSpec* OptionOf(const Step& step) {
  const Scalar* name = step.Find(FieldId::kName);
  if (name == nullptr || !name->constant() || !name->texts[0].has_value()) {
    return nullptr;
  }
  return FindOption(*name->texts[0]);
}

// Reads one field; false where it is required and no cell sets it.
bool ReadField(const FieldSpec& field, const YamlNode& node, Step& step,
               Guards& guards, PlanContext& context) {
  const std::optional<std::string> text =
      WrittenText(field, node, context.report);
  if (!text.has_value()) return true;
  const OptionSpec* option = OptionOf(step);
  std::optional<Scalar> scalar = ReadScalarText(
      *text, node, context.axes,
      [&](absl::string_view one) {
        return CanonicalField(one, field, option, context);
      },
      context.report);
  if (!scalar.has_value()) return true;
  if (MakesName(field.type) && !scalar->constant()) {
    context.report.Add(node, absl::StrCat("`", field.key,
                                          ":` makes one name in every cell; "
                                          "it cannot depend on an axis"));
    return true;
  }
  if (field.id == FieldId::kProcess) {
    // One text for one meaning: where nothing stands it is `main`.
    for (std::optional<std::string>& process : scalar->texts) {
      if (process == kMainProcessName) process.reset();
    }
  }
  if (field.required && !NarrowToSet(*scalar, node, guards, context)) {
    return false;
  }
  step.fields.push_back({field.id, *std::move(scalar)});
  return true;
}

std::vector<FieldSpec> FieldsOf(const OperationSpec& spec) {
  std::vector<FieldSpec> fields(spec.fields.begin(), spec.fields.end());
  fields.insert(fields.end(), CommonFields().begin(), CommonFields().end());
  return fields;
}

}  // namespace

bool NarrowToSet(const Scalar& scalar, const YamlNode& where, Guards& guards,
                 PlanContext& context) {
  const auto set = [](const auto& text) { return text.has_value(); };
  const size_t count =
      std::count_if(scalar.texts.begin(), scalar.texts.end(), set);
  if (count == scalar.texts.size()) return true;
  if (count == 0) {
    context.report.Add(where,
                       "this is unset in every cell, which leaves the "
                       "step out; remove it");
    return false;
  }
  // The values of each axis with which it is set at all: if their product is
  // not larger than what is set, they say it exactly.
  size_t product = 1;
  size_t stride = scalar.texts.size();
  for (uint8_t axis : scalar.axes) {
    const size_t size = context.axes.axes()[axis].values.size();
    stride /= size;
    std::vector<uint16_t> values;
    for (uint16_t v = 0; v < size; ++v) {
      for (size_t i = 0; i < scalar.texts.size(); ++i) {
        if (i / stride % size != v || !scalar.texts[i].has_value()) continue;
        values.push_back(v);
        break;
      }
    }
    product *= values.size();
    std::optional<Guards> narrowed =
        Both(guards, OnlyValues(context.axes, axis, std::move(values)));
    if (!narrowed.has_value()) return false;
    guards = *std::move(narrowed);
  }
  if (product != count) {
    context.report.Add(where,
                       "which cells this is unset in depends on several "
                       "axes at once; use `when:` with one step each");
  }
  return true;
}

bool ReadFields(WrittenStep& written, const OperationSpec& spec, Step& step,
                Guards& guards, PlanContext& context) {
  const YamlNode& body = written.body();
  const bool shorthand = !body.map() && spec.shorthand.has_value();
  bool applies = true;
  std::vector<std::string> missing;
  for (const FieldSpec& field : FieldsOf(spec)) {
    const bool common =
        static_cast<int>(field.id) >= static_cast<int>(FieldId::kHost);
    const YamlNode* node =
        common ? written.FindCommon(field.key) : written.FindOwn(field.key);
    if (shorthand && field.id == *spec.shorthand) node = &body;
    if (node != nullptr) {
      applies = ReadField(field, *node, step, guards, context) && applies;
    } else if (field.required) {
      missing.emplace_back(field.key);
    }
  }
  if (!body.map() && !shorthand && !(missing.empty() && body.empty_scalar())) {
    context.report.Add(body, absl::StrCat(spec.name,
                                          " needs a map of its "
                                          "fields, not ",
                                          body.Describe()));
  } else if (!missing.empty()) {
    context.report.Add(written.key(),
                       absl::StrCat(spec.name, " needs `",
                                    absl::StrJoin(missing, ":` and `"), ":`"));
  }
  std::sort(step.fields.begin(), step.fields.end(),
            [](const Field& a, const Field& b) { return a.id < b.id; });
  return applies;
}

}  // namespace sockdrift
