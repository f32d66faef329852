#include "compiler/unrolled.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/map_reader.h"
#include "core/net/ip_address.h"
#include "core/plan/operation.h"

namespace sockdrift {
namespace {

constexpr int64_t kMostNames = 1024;  // of one text

// What stands for a field of the value; nullopt for one that it does not have.
std::optional<std::string> FieldOf(absl::string_view value,
                                   absl::string_view field) {
  const std::optional<IpAddress> address = ParseIpAddress(value);
  if (!address.has_value()) return std::nullopt;
  if (field == "family") return address->ipv6 ? "inet6" : "inet";
  if (field == "ip") return address->ipv6 && !address->mapped ? "6" : "4";
  return std::nullopt;
}

std::string Substituted(absl::string_view text, absl::string_view name,
                        absl::string_view value) {
  std::string out;
  while (!text.empty()) {
    if (absl::ConsumePrefix(&text, "$$")) {
      out += "$$";
      continue;
    }
    absl::string_view rest = text;
    const bool ours =
        absl::ConsumePrefix(&rest, "$") && absl::ConsumePrefix(&rest, name) &&
        (rest.empty() || !(absl::ascii_isalnum(rest[0]) || rest[0] == '_'));
    if (!ours) {
      out += text[0];
      text.remove_prefix(1);
      continue;
    }
    text = rest;
    std::optional<std::string> field;
    for (absl::string_view known : {".family", ".ip"}) {
      if (!absl::StartsWith(rest, known)) continue;
      field = FieldOf(value, known.substr(1));
      if (field.has_value()) text = rest.substr(known.size());
    }
    absl::StrAppend(&out, field.has_value() ? *field : std::string(value));
  }
  return out;
}

// Where a step's `of:` stands: in the operation's map, or in its place. Null
// where it has none.
YamlNode* OfIn(YamlNode& body, const OperationSpec& spec) {
  if (!body.map()) return spec.shorthand == FieldId::kOf ? &body : nullptr;
  for (size_t i = 0; i < body.keys.size(); ++i) {
    if (body.keys[i].text == "of") return &body.items[i];
  }
  return nullptr;
}

}  // namespace

YamlNode WithValue(const YamlNode& steps, absl::string_view name,
                   absl::string_view value) {
  YamlNode copy = steps;
  if (copy.scalar()) copy.text = Substituted(steps.text, name, value);
  for (YamlNode& item : copy.items) item = WithValue(item, name, value);
  return copy;
}

bool NamesSeveral(absl::string_view text) {
  return absl::StrContains(text, "[*]") || absl::StrContains(text, "{");
}

absl::StatusOr<std::vector<std::string>> ExpandNames(absl::string_view text,
                                                     const Scope& scope) {
  const size_t open = text.find('[');
  const std::string base(text.substr(0, open));
  absl::string_view inner =
      open == absl::string_view::npos ? "" : text.substr(open + 1);
  int64_t first = 1;
  int64_t last = 0;
  if (!NamesSeveral(text)) return std::vector<std::string>{std::string(text)};
  if (inner == "*]") {
    last = scope.TimesOf(base);
    if (last == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", text, "\": no earlier repeat makes \"", base, "\""));
    }
  } else {
    const bool braces =
        absl::ConsumePrefix(&inner, "{") && absl::ConsumeSuffix(&inner, "}]");
    const std::pair<absl::string_view, absl::string_view> range =
        absl::StrSplit(inner, absl::MaxSplits("..", 1));
    if (!braces || !absl::SimpleAtoi(range.first, &first) ||
        !absl::SimpleAtoi(range.second, &last) || first < 1 || last < first) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", text,
          "\" names no sockets: several that a repeat made are written s[*] or "
          "s[{1..16}]"));
    }
  }
  if (last - first >= kMostNames) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", text, "\" names more than ", kMostNames, " sockets"));
  }
  std::vector<std::string> names;
  for (int64_t i = first; i <= last; ++i) {
    names.push_back(absl::StrCat(base, "[", i, "]"));
  }
  return names;
}

std::optional<std::vector<YamlNode>> OneStepEach(const YamlNode& step,
                                                 size_t operation,
                                                 const Scope& scope,
                                                 Report& report) {
  const OperationSpec* spec = FindOperation(step.keys[operation].text);
  const FieldSpec* of =
      spec == nullptr ? nullptr : FindField(*spec, FieldId::kOf);
  if (of == nullptr || of->type != FieldType::kSocket) return std::nullopt;
  YamlNode one = step;
  YamlNode* text = OfIn(one.items[operation], *spec);
  if (text == nullptr || text->map() ||
      (text->scalar() && !NamesSeveral(text->text))) {
    return std::nullopt;
  }
  std::vector<std::string> names;
  const YamlNode written = *text;
  for (const YamlNode* some : ScalarsOf(written, report)) {
    absl::StatusOr<std::vector<std::string>> more =
        ExpandNames(some->text, scope);
    if (!more.ok()) {
      report.Add(*some, more.status().message());
      continue;
    }
    names.insert(names.end(), more->begin(), more->end());
  }
  text->kind = YamlNode::Kind::kScalar;
  text->items.clear();
  std::vector<YamlNode> steps;
  for (std::string& name : names) {
    text->text = std::move(name);
    steps.push_back(one);
  }
  return steps;
}

}  // namespace sockdrift
