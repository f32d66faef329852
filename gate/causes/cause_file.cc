#include "gate/causes/cause_file.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/given.h"
#include "compiler/map_reader.h"
#include "compiler/report.h"
#include "compiler/yaml_tree.h"

namespace sockdrift {
namespace {

bool IsCauseId(absl::string_view id) {
  return !id.empty() && absl::ascii_islower(id[0]) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

// "6.1", "6.1.168": what CompareVersions orders.
bool IsVersion(absl::string_view text) {
  return !text.empty() && absl::ascii_isdigit(text[0]) &&
         text.find_first_not_of("0123456789.") == absl::string_view::npos;
}

std::string ReadId(MapReader& map, Report& report) {
  const YamlNode* node = map.Require("cause");
  if (node == nullptr) return "";
  if (!IsCauseId(node->text)) {
    report.Add(*node, absl::StrCat("`cause:` is an id of lower-case letters, "
                                   "digits and -, not ",
                                   node->Describe()));
  }
  return node->text;
}

// A folded text without the line's end that YAML leaves on it.
std::string ReadProse(MapReader& map, absl::string_view key) {
  return std::string(
      absl::StripAsciiWhitespace(map.RequireText(key).value_or("")));
}

std::string ReadEffect(MapReader& map, Report& report) {
  const YamlNode* node = map.Require("effect");
  if (node == nullptr) return "";
  if (node->text != "security" && node->text != "availability" &&
      node->text != "compatibility") {
    report.Add(*node, absl::StrCat("`effect:` is security, availability or "
                                   "compatibility, not ",
                                   node->Describe()));
  }
  return node->text;
}

std::vector<std::string> TextsOf(const std::vector<const YamlNode*>& nodes) {
  std::vector<std::string> texts;
  for (const YamlNode* node : nodes) texts.push_back(node->text);
  return texts;
}

std::string ReadVersion(MapReader& map, absl::string_view key, Report& report) {
  const YamlNode* node = map.Find(key);
  if (node == nullptr) return "";
  if (!IsVersion(node->text)) {
    report.Add(*node, absl::StrCat("`", key,
                                   ":` is a kernel's version such as "
                                   "6.1.168, not ",
                                   node->Describe()));
  }
  return node->text;
}

KernelRange ReadRange(const YamlNode& node, Report& report) {
  MapReader map(node, "a range of kernels", report);
  KernelRange range;
  range.from = ReadVersion(map, "from", report);
  range.below = ReadVersion(map, "below", report);
  range.note = map.Text("note").value_or("");
  map.Finish();
  if (!map.is_map()) return range;
  if (range.from.empty() && range.below.empty()) {
    report.Add(node, "a range of kernels has `from:`, `below:` or both");
  } else if (!range.from.empty() && !range.below.empty() &&
             CompareVersions(range.from, range.below) >= 0) {
    report.Add(node, absl::StrCat("`below: ", range.below,
                                  "` comes after `from: ", range.from, "`"));
  }
  return range;
}

std::vector<OutcomeTest> ReadOutcomes(const YamlNode* node,
                                      absl::string_view key, Report& report) {
  std::vector<OutcomeTest> tests;
  if (node == nullptr) return tests;
  if (!node->map() || node->keys.empty()) {
    report.Add(*node, absl::StrCat("`", key,
                                   ":` is a map of observations and "
                                   "outcomes, such as {bind.b: ok}, not ",
                                   node->Describe()));
    return tests;
  }
  for (size_t i = 0; i < node->keys.size(); ++i) {
    tests.push_back({.observation = node->keys[i].text,
                     .outcomes = TextsOf(ScalarsOf(node->items[i], report))});
  }
  return tests;
}

CellPattern ReadMatch(MapReader& map, Report& report) {
  const YamlNode* node = map.Require("match");
  if (node == nullptr) return {};
  absl::StatusOr<CellPattern> pattern = CellPattern::Parse(node->text);
  if (pattern.ok()) return *std::move(pattern);
  report.Add(*node, std::string(pattern.status().message()));
  return {};
}

Symptom ReadSymptom(const YamlNode& node, Report& report) {
  MapReader map(node, "a symptom", report);
  Symptom symptom;
  symptom.match = ReadMatch(map, report);
  symptom.shows = ReadOutcomes(map.Require("shows"), "shows", report);
  symptom.others = ReadOutcomes(map.Find("others"), "others", report);
  map.Finish();
  return symptom;
}

// The items of a list; reports what is no list, and an empty one.
const std::vector<YamlNode>& ItemsOf(const YamlNode* node,
                                     absl::string_view key, Report& report) {
  if (node == nullptr) return NoNode().items;
  if (!node->list() || node->items.empty()) {
    report.Add(*node,
               absl::StrCat("`", key, ":` is a list of maps, not ",
                            node->list() ? "an empty one" : node->Describe()));
  }
  return node->items;
}

}  // namespace

absl::StatusOr<Cause> ParseCause(absl::string_view yaml,
                                 absl::string_view file) {
  Report report(file);
  const YamlNode root = ParseYaml(yaml, report);
  if (root.line == 0 && report.empty()) {
    report.Add(root, "the file is empty; a cause needs `cause:`, its id");
  }
  MapReader map(root, "a cause", report);
  Cause cause;
  cause.file = std::string(file);
  cause.id = ReadId(map, report);
  cause.title = ReadProse(map, "title");
  cause.text = ReadProse(map, "text");
  cause.effect = ReadEffect(map, report);
  cause.seen = ReadProse(map, "seen");
  cause.commits = TextsOf(map.Texts("commits"));
  cause.references = TextsOf(map.Texts("references"));
  const YamlNode* kernels = map.Find("kernels");
  for (const YamlNode& range : ItemsOf(kernels, "kernels", report)) {
    cause.kernels.push_back(ReadRange(range, report));
  }
  cause.given = ReadGiven(map.Find("given"), report);
  const YamlNode* symptoms = map.Require("symptoms");
  for (const YamlNode& symptom : ItemsOf(symptoms, "symptoms", report)) {
    cause.symptoms.push_back(ReadSymptom(symptom, report));
  }
  map.Finish();
  if (map.is_map() && cause.kernels.empty() && cause.given.empty()) {
    report.Add(root, "a cause has `kernels:`, `given:` or both: who shows it");
  }
  if (report.empty()) return cause;
  return absl::InvalidArgumentError(absl::StrJoin(
      std::move(report).Take(), "\n", [](std::string* out, const auto& wrong) {
        out->append(wrong.ToString());
      }));
}

const std::vector<Cause>& BuiltInCauses() {
  static const std::vector<Cause>* const causes = [] {
    auto* all = new std::vector<Cause>();
    for (const EmbeddedCause& embedded : EmbeddedCauses()) {
      absl::StatusOr<Cause> cause = ParseCause(embedded.yaml, embedded.path);
      // The tests hold the files to it.
      if (!cause.ok()) std::abort();
      all->push_back(*std::move(cause));
    }
    return all;
  }();
  return *causes;
}

}  // namespace sockdrift
