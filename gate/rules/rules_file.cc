#include "gate/rules/rules_file.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "compiler/map_reader.h"
#include "compiler/report.h"
#include "compiler/yaml_tree.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

constexpr int kMostHosts = 1'000'000;

// Reports what is no whole number within bounds, inclusive.
void ReadNumber(MapReader& map, absl::string_view key, int least, int most,
                absl::string_view suffix, Report& report, int& number) {
  const YamlNode* node = map.Find(key);
  if (node == nullptr) return;
  absl::string_view text = node->text;
  absl::ConsumeSuffix(&text, suffix);
  int read = 0;
  if (!node->scalar() || !absl::SimpleAtoi(text, &read) || read < least ||
      read > most) {
    report.Add(*node,
               absl::StrCat("`", key, ":` is a whole number from ", least,
                            " to ", most, suffix, ", not ", node->Describe()));
    return;
  }
  number = read;
}

CellPattern ReadMatch(MapReader& map, Report& report) {
  const YamlNode* node = map.Require("match");
  if (node == nullptr) return {};
  absl::StatusOr<CellPattern> pattern =
      node->scalar() ? CellPattern::Parse(node->text)
                     : absl::StatusOr<CellPattern>(absl::InvalidArgumentError(
                           "`match:` is a pattern, not " + node->Describe()));
  if (pattern.ok()) return *std::move(pattern);
  report.Add(*node, std::string(pattern.status().message()));
  return {};
}

std::optional<World> ReadWorld(MapReader& map, Report& report) {
  const YamlNode* node = map.Find("world");
  if (node == nullptr) return std::nullopt;
  const absl::StatusOr<World> world = ParseWorld(node->text);
  if (world.ok()) return *world;
  report.Add(*node,
             absl::StrCat("`world:` is replica, pristine, own or host, not ",
                          node->Describe()));
  return std::nullopt;
}

Severity ReadSeverity(MapReader& map, Report& report) {
  const YamlNode* node = map.Require("severity");
  if (node == nullptr) return Severity::kFail;
  for (const Severity severity :
       {Severity::kFail, Severity::kWarn, Severity::kIgnore}) {
    if (node->text == SeverityName(severity)) return severity;
  }
  report.Add(*node, absl::StrCat("`severity:` is fail, warn or ignore, not ",
                                 node->Describe()));
  return Severity::kFail;
}

absl::CivilDay ReadExpires(MapReader& map, Report& report) {
  const YamlNode* node = map.Require("expires");
  absl::CivilDay day;
  if (node == nullptr) return day;
  // ParseCivilTime alone would take 2026-2-31 for a day in March.
  if (!absl::ParseCivilTime(node->text, &day) ||
      absl::FormatCivilTime(day) != node->text) {
    report.Add(*node, absl::StrCat("`expires:` is the last day on which it "
                                   "holds, as 2026-12-31, not ",
                                   node->Describe()));
  }
  return day;
}

SeverityRule ReadRule(const YamlNode& node, Report& report) {
  MapReader map(node, "a rule", report);
  SeverityRule rule;
  rule.match = ReadMatch(map, report);
  rule.world = ReadWorld(map, report);
  rule.severity = ReadSeverity(map, report);
  map.Finish();
  return rule;
}

Waiver ReadWaiver(const YamlNode& node, Report& report) {
  MapReader map(node, "a waiver", report);
  Waiver waiver;
  waiver.line = node.line;
  waiver.id = map.RequireText("id").value_or("");
  waiver.match = ReadMatch(map, report);
  waiver.world = ReadWorld(map, report);
  waiver.reason = map.RequireText("reason").value_or("");
  waiver.owner = map.RequireText("owner").value_or("");
  waiver.expires = ReadExpires(map, report);
  map.Finish();
  return waiver;
}

// The items of a list that may be left out.
std::vector<const YamlNode*> ItemsOf(MapReader& map, absl::string_view key,
                                     Report& report) {
  const YamlNode* node = map.Find(key);
  std::vector<const YamlNode*> items;
  if (node == nullptr) return items;
  if (!node->list()) {
    report.Add(*node,
               absl::StrCat("`", key, ":` is a list, not ", node->Describe()));
    return items;
  }
  for (const YamlNode& item : node->items) {
    if (item.map()) {
      items.push_back(&item);
    } else {
      report.Add(
          item, absl::StrCat("`", key, ":` holds maps, not ", item.Describe()));
    }
  }
  return items;
}

void ReadWaivers(MapReader& map, GateRules& rules, Report& report) {
  std::set<std::string> ids;
  for (const YamlNode* item : ItemsOf(map, "waivers", report)) {
    Waiver waiver = ReadWaiver(*item, report);
    if (!waiver.id.empty() && !ids.insert(waiver.id).second) {
      report.Add(*item, absl::StrCat("the waiver \"", waiver.id,
                                     "\" stands twice; ids are distinct"));
    }
    rules.waivers.push_back(std::move(waiver));
  }
}

void ReadRequire(MapReader& map, GateRules& rules, Report& report) {
  for (const YamlNode* text : map.Texts("require")) {
    const absl::StatusOr<CellPattern> pattern = CellPattern::Parse(text->text);
    if (!pattern.ok() || !pattern->tests.empty()) {
      report.Add(*text, absl::StrCat("`require:` holds plans' names, where * "
                                     "stands for any characters, not ",
                                     text->Describe()));
      continue;
    }
    rules.require.push_back(text->text);
  }
}

void ReadTime(MapReader& map, absl::string_view key, Report& report,
              absl::Duration& time) {
  const YamlNode* node = map.Find(key);
  if (node == nullptr) return;
  absl::Duration read;
  if (!node->scalar() || !absl::ParseDuration(node->text, &read) ||
      read <= absl::ZeroDuration()) {
    report.Add(*node, absl::StrCat("`", key,
                                   ":` is a time above zero, such as 30s or "
                                   "48h, not ",
                                   node->Describe()));
    return;
  }
  time = read;
}

// `confirm: no`, or how long it may take.
void ReadConfirm(MapReader& map, GateFile& gate, Report& report) {
  const YamlNode* node = map.Find("confirm");
  if (node == nullptr) return;
  if (node->scalar() && (node->text == "yes" || node->text == "no")) {
    gate.confirm = node->text == "yes";
    return;
  }
  ReadTime(map, "confirm", report, gate.confirm_timeout);
}

// What a controller judges.
void ReadOperands(MapReader& map, GateFile& gate, Report& report) {
  for (const YamlNode* operand : map.Texts("baseline")) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(operand->text, absl::MaxSplits(':', 1));
    gate.baseline.push_back(operand->text);
    if (!parts.second.empty() &&
        (parts.first == "baseline" || parts.first == "host" ||
         parts.first == "selector")) {
      continue;
    }
    report.Add(*operand, absl::StrCat("`baseline:` is baseline:NAME, host:NAME "
                                      "or selector:SELECTOR, not ",
                                      operand->Describe()));
  }
  gate.candidates = map.Text("candidates").value_or("");
  ReadConfirm(map, gate, report);
  ReadTime(map, "maxAge", report, gate.max_age);
}

}  // namespace

absl::StatusOr<GateFile> ParseGateFile(absl::string_view yaml,
                                       absl::string_view file) {
  Report report(file);
  const YamlNode root = ParseYaml(yaml, report);
  GateFile gate;
  GateRules& rules = gate.rules;
  // An empty file has no place that MapReader could point at.
  if (root.line == 0 && report.empty()) {
    report.Add(root, "the file is empty; a gate needs `gate:`, its name");
  }
  MapReader map(root, "a gate", report);
  rules.name = map.RequireText("gate").value_or("");
  ReadNumber(map, "minHosts", 1, kMostHosts, "", report, rules.min_hosts);
  ReadNumber(map, "minCommonCells", 0, 100, "%", report,
             rules.min_common_percent);
  ReadRequire(map, rules, report);
  for (const YamlNode* item : ItemsOf(map, "rules", report)) {
    rules.rules.push_back(ReadRule(*item, report));
  }
  ReadWaivers(map, rules, report);
  ReadOperands(map, gate, report);
  map.Finish();
  if (report.empty()) return gate;
  return absl::InvalidArgumentError(absl::StrJoin(
      std::move(report).Take(), "\n", [](std::string* out, const auto& wrong) {
        out->append(wrong.ToString());
      }));
}

absl::StatusOr<GateRules> ParseGateRules(absl::string_view yaml,
                                         absl::string_view file) {
  SOCKDRIFT_ASSIGN_OR_RETURN(GateFile gate, ParseGateFile(yaml, file));
  return std::move(gate.rules);
}

}  // namespace sockdrift
