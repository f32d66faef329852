#include "compiler/map_reader.h"

#include "absl/strings/str_cat.h"

namespace sockdrift {

MapReader::MapReader(const YamlNode& node, absl::string_view what,
                     Report& report)
    : node_(node), what_(what), report_(report) {
  if (!node.map() && node.line > 0) {
    report.Add(node, absl::StrCat(what, " is a map of keys and values, not ",
                                  node.Describe()));
  }
}

const YamlNode* MapReader::Find(absl::string_view key) {
  known_.emplace_back(key);
  if (!node_.map()) return nullptr;
  for (size_t i = 0; i < node_.keys.size(); ++i) {
    if (node_.keys[i].scalar() && node_.keys[i].text == key) {
      found_.insert(i);
      return &node_.items[i];
    }
  }
  return nullptr;
}

const YamlNode* MapReader::Require(absl::string_view key) {
  const YamlNode* value = Find(key);
  if (value == nullptr && node_.map()) {
    report_.Add(node_, absl::StrCat(what_, " needs `", key, ":`"));
  }
  return value;
}

std::optional<std::string> MapReader::Text(absl::string_view key) {
  const YamlNode* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->scalar() || value->text.empty()) {
    report_.Add(*value, absl::StrCat("`", key, ":` is a text, not ",
                                     value->Describe()));
    return std::nullopt;
  }
  return value->text;
}

std::optional<std::string> MapReader::RequireText(absl::string_view key) {
  return Require(key) == nullptr ? std::nullopt : Text(key);
}

std::vector<const YamlNode*> MapReader::Texts(absl::string_view key) {
  const YamlNode* value = Find(key);
  if (value == nullptr) return {};
  return ScalarsOf(*value, report_);
}

void MapReader::Finish() {
  if (!node_.map()) return;
  for (size_t i = 0; i < node_.keys.size(); ++i) {
    const YamlNode& key = node_.keys[i];
    if (!key.scalar() || found_.contains(i)) continue;
    bool twice = false;
    for (const std::string& known : known_) twice |= known == key.text;
    if (twice) continue;  // the second of two equal keys is reported already
    report_.Add(key, absl::StrCat("no key \"", key.text, "\" in ", what_,
                                  Suggestion(key.text, known_)));
  }
}

const YamlNode& NoNode() {
  static const YamlNode* node = new YamlNode();
  return *node;
}

std::vector<const YamlNode*> ScalarsOf(const YamlNode& node, Report& report) {
  if (node.scalar() && !node.text.empty()) return {&node};
  std::vector<const YamlNode*> scalars;
  if (!node.list() || node.items.empty()) {
    report.Add(node,
               absl::StrCat("a text or a list of texts belongs here, not ",
                            node.list() ? "an empty list" : node.Describe()));
    return scalars;
  }
  for (const YamlNode& item : node.items) {
    if (item.scalar() && !item.text.empty()) {
      scalars.push_back(&item);
    } else {
      report.Add(item,
                 absl::StrCat("a text belongs here, not ", item.Describe()));
    }
  }
  return scalars;
}

}  // namespace sockdrift
