#include "compiler/axes.h"

#include <algorithm>
#include <limits>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/net/ip_address.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kAddressFields[] = {"family", "ip", "scope"};

bool IsAxisName(absl::string_view name) {
  return !name.empty() && absl::ascii_isalpha(name[0]) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

// A value's name stands between ',' and ']' in a cell's name.
bool IsValueName(absl::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isprint(c) && c != ',' && c != '[' && c != ']' &&
           c != '=';
  });
}

std::vector<AxisValue> ReadValues(const YamlNode& list, Report& report) {
  std::vector<AxisValue> values;
  for (const YamlNode& item : list.items) {
    if (item.scalar() && !item.text.empty()) {
      values.push_back({item.text, {}});
    } else {
      report.Add(item, absl::StrCat("a value of an axis is a text, not ",
                                    item.Describe(),
                                    "; values with fields are written as a map "
                                    "of names to fields"));
    }
  }
  return values;
}

AxisValue ReadRow(const YamlNode& name, const YamlNode& fields,
                  Report& report) {
  AxisValue row{name.text, {}};
  if (!fields.map() && !fields.empty_scalar()) {
    report.Add(fields,
               absl::StrCat("the fields of row ", name.text,
                            " are a map such as {SO_REUSEADDR: 1}, not ",
                            fields.Describe()));
    return row;
  }
  for (size_t i = 0; i < fields.keys.size(); ++i) {
    const YamlNode& value = fields.items[i];
    if (!value.scalar() || value.text.empty()) {
      report.Add(value, absl::StrCat("a field of a row is a text, not ",
                                     value.Describe()));
      continue;
    }
    row.fields.push_back({fields.keys[i].text, value.text, &value});
  }
  return row;
}

std::optional<std::string> FieldOf(const AxisValue& value,
                                   absl::string_view field) {
  for (const RowField& one : value.fields) {
    if (one.name == field) return one.text;
  }
  return std::nullopt;
}

// The family, ip or scope of an address.
std::optional<std::string> AddressField(absl::string_view address,
                                        absl::string_view field) {
  const std::optional<IpAddress> parsed = ParseIpAddress(address);
  if (!parsed.has_value()) return std::nullopt;
  if (field == "family") return std::string(parsed->family());
  if (field == "ip") return std::string(parsed->ip());
  return std::string(parsed->scope);
}

std::optional<std::string> TextOf(const AxisValue& value,
                                  absl::string_view field) {
  if (field.empty()) return value.name;
  if (std::optional<std::string> text = FieldOf(value, field)) return text;
  for (absl::string_view derived : kAddressFields) {
    if (field == derived) return AddressField(value.name, derived);
    absl::string_view base = field;
    if (absl::ConsumeSuffix(&base, absl::StrCat(".", derived))) {
      const std::optional<std::string> address = FieldOf(value, base);
      return address ? AddressField(*address, derived) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

void AxisTable::Read(const YamlNode* axes, Report& report) {
  if (axes == nullptr) return;
  if (!axes->map()) {
    report.Add(*axes, absl::StrCat("`axes:` is a map of names to values, not ",
                                   axes->Describe()));
    return;
  }
  for (size_t i = 0; i < axes->keys.size(); ++i) {
    ReadEntry(axes->keys[i], axes->items[i], report);
  }
  if (axes_.size() > kMaxAxes) {
    report.Add(*axes, absl::StrCat("a plan has at most ", kMaxAxes,
                                   " axes; this one has ", axes_.size()));
    axes_.resize(kMaxAxes);
  }
}

void AxisTable::ReadEntry(const YamlNode& key, const YamlNode& value,
                          Report& report) {
  std::vector<std::string> names;
  for (absl::string_view name : absl::StrSplit(key.text, ',')) {
    names.emplace_back(absl::StripAsciiWhitespace(name));
    if (!IsAxisName(names.back())) {
      report.Add(key, absl::StrCat("\"", names.back(),
                                   "\" cannot name an axis: a letter, then "
                                   "letters, digits and '_' can"));
      return;
    }
  }
  const bool group =
      names.size() > 1 ||
      (value.map() && std::any_of(value.items.begin(), value.items.end(),
                                  [](const YamlNode& n) { return n.list(); }));
  if (!group) {
    Add(names[0], key, value, report);
  } else if (!value.map()) {
    report.Add(value, absl::StrCat("sockets that share their axes (", key.text,
                                   ") need a map of names to values, not ",
                                   value.Describe()));
  } else {
    ReadGroup(names, value, report);
  }
}

void AxisTable::ReadGroup(const std::vector<std::string>& prefixes,
                          const YamlNode& axes, Report& report) {
  for (const std::string& prefix : prefixes) {
    for (size_t i = 0; i < axes.keys.size(); ++i) {
      const YamlNode& key = axes.keys[i];
      if (!IsAxisName(key.text)) {
        report.Add(key, absl::StrCat("\"", key.text, "\" cannot name an axis"));
        continue;
      }
      Add(absl::StrCat(prefix, ".", key.text), key, axes.items[i], report);
    }
  }
}

void AxisTable::Add(std::string name, const YamlNode& key,
                    const YamlNode& value, Report& report) {
  PlanAxis axis;
  axis.name = std::move(name);
  axis.where = &key;
  if (value.list()) {
    axis.values = ReadValues(value, report);
  } else if (value.map()) {
    axis.rows = true;
    for (size_t i = 0; i < value.keys.size(); ++i) {
      axis.values.push_back(ReadRow(value.keys[i], value.items[i], report));
    }
  } else {
    report.Add(value, absl::StrCat("axis ", axis.name,
                                   " needs a list of values or a map of named "
                                   "rows, not ",
                                   value.Describe()));
    return;
  }
  if (axis.values.empty()) {
    report.Add(value, absl::StrCat("axis ", axis.name,
                                   " has no values, so the plan has no cells"));
    return;
  }
  if (axis.values.size() > kMaxAxisValues) {
    report.Add(value,
               absl::StrCat("an axis has at most ", kMaxAxisValues, " values; ",
                            axis.name, " has ", axis.values.size()));
    return;
  }
  std::set<absl::string_view> seen;
  for (const AxisValue& one : axis.values) {
    if (!seen.insert(one.name).second) {
      report.Add(value, absl::StrCat("axis ", axis.name, " has the value \"",
                                     one.name, "\" twice"));
      return;
    }
    if (!IsValueName(one.name)) {
      report.Add(value, absl::StrCat("\"", one.name,
                                     "\" cannot be a value: ',', '=', '[' and "
                                     "']' would make cells' names ambiguous; "
                                     "use a named row"));
      return;
    }
  }
  for (const PlanAxis& other : axes_) {
    if (other.name == axis.name) {
      report.Add(key, absl::StrCat("there are two axes ", axis.name));
      return;
    }
  }
  axes_.push_back(std::move(axis));
}

std::vector<Axis> AxisTable::ProgramAxes() const {
  std::vector<Axis> result;
  for (const PlanAxis& axis : axes_) {
    Axis& out = result.emplace_back();
    out.name = axis.name;
    for (const AxisValue& value : axis.values) out.values.push_back(value.name);
  }
  return result;
}

std::vector<std::string> AxisTable::Names() const {
  std::vector<std::string> names;
  for (const PlanAxis& axis : axes_) names.push_back(axis.name);
  return names;
}

void AxisTable::ReportUnused(Report& report) const {
  for (const PlanAxis& axis : axes_) {
    if (axis.used) continue;
    report.Add(*axis.where,
               absl::StrCat("axis ", axis.name,
                            " is used in no step, setting or capability; use $",
                            axis.name, " or remove it"));
  }
}

uint64_t AxisTable::MatrixSize() const {
  uint64_t size = 1;
  for (const PlanAxis& axis : axes_) {
    if (size > std::numeric_limits<uint64_t>::max() / kMaxAxisValues) {
      return std::numeric_limits<uint64_t>::max();
    }
    size *= axis.values.size();
  }
  return size;
}

const PlanAxis* AxisTable::Longest(absl::string_view dotted) const {
  const PlanAxis* longest = nullptr;
  for (const PlanAxis& axis : axes_) {
    const bool names = dotted == axis.name ||
                       absl::StartsWith(dotted, absl::StrCat(axis.name, "."));
    if (names &&
        (longest == nullptr || axis.name.size() > longest->name.size())) {
      longest = &axis;
    }
  }
  return longest;
}

bool AxisTable::NamesAxis(absl::string_view dotted) const {
  return Longest(dotted) != nullptr;
}

std::optional<AxisReference> AxisTable::Resolve(absl::string_view dotted,
                                                const YamlNode& where,
                                                Report& report) const {
  const PlanAxis* axis = Longest(dotted);
  if (axis == nullptr) {
    report.Add(where, absl::StrCat("there is no axis \"", dotted, "\"",
                                   Suggestion(dotted, Names())));
    return std::nullopt;
  }
  AxisReference reference;
  reference.axis = static_cast<uint8_t>(axis - axes_.data());
  if (dotted.size() == axis->name.size()) return reference;
  reference.field = std::string(dotted.substr(axis->name.size() + 1));
  std::vector<std::string> fields;
  bool any = false;
  for (const AxisValue& value : axis->values) {
    for (const RowField& field : value.fields) fields.push_back(field.name);
    any |= TextOf(value, reference.field).has_value();
  }
  if (any) return reference;
  if (ParseIpAddress(axis->values[0].name).has_value()) {
    for (absl::string_view field : kAddressFields) fields.emplace_back(field);
  }
  std::sort(fields.begin(), fields.end());
  fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
  report.Add(where, absl::StrCat("no value of axis ", axis->name,
                                 " has a field \"", reference.field, "\"",
                                 Suggestion(reference.field, fields)));
  return std::nullopt;
}

std::optional<std::string> AxisTable::Text(const AxisReference& reference,
                                           uint16_t value) const {
  std::optional<std::string> text =
      TextOf(axes_[reference.axis].values[value], reference.field);
  if (text.has_value() && *text == kUnset) return std::nullopt;
  return text;
}

}  // namespace sockdrift
