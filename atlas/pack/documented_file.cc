#include "atlas/pack/documented_file.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "atlas/atlas.h"
#include "compiler/map_reader.h"
#include "compiler/report.h"
#include "compiler/yaml_tree.h"
#include "core/divergence/documented.h"
#include "core/plan/cells.h"
#include "core/query/cell_pattern.h"
#include "wire/baseline_file.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

constexpr char kSilent[] = "the document says nothing of it";

// The record of one plan as the document makes it.
class StatedPlan {
 public:
  explicit StatedPlan(const CompiledPlan& plan)
      : plan_(plan), cells_(plan.program) {
    record_.status.assign(cells_.size(), CellStatus::kSkip);
    record_.reasons = {kSilent};
    record_.reason.assign(cells_.size(), 1);
    record_.columns.assign(plan.program.observations.size(),
                           std::vector<uint32_t>(cells_.size(), kNotObserved));
  }

  // "" or what is wrong.
  std::string State(const CellPattern& match,
                    const std::map<std::string, std::string>& shows) {
    size_t matched = 0;
    for (uint32_t cell = 0; cell < cells_.size(); ++cell) {
      if (!match.MatchesCell(plan_.program, cells_.Coordinate(cell))) continue;
      ++matched;
      for (const auto& [observation, outcome] : shows) {
        std::string wrong = StateCell(cell, observation, outcome);
        if (!wrong.empty()) return wrong;
      }
    }
    return matched > 0 ? "" : "`match:` holds in no cell of the plan";
  }

  BehaviourEntry Entry() && {
    BehaviourEntry entry;
    entry.plan = plan_.name;
    entry.measurement = MeasurementDigest(plan_.program);
    Canonicalise(record_);
    entry.record = std::move(record_);
    return entry;
  }

 private:
  std::string StateCell(uint32_t cell, const std::string& observation,
                        const std::string& outcome) {
    const std::vector<std::string>& known = plan_.program.observations;
    const auto found = std::find(known.begin(), known.end(), observation);
    if (found == known.end()) {
      return absl::StrCat("the plan has no observation ", observation,
                          Suggestion(observation, known));
    }
    uint32_t& code =
        record_.columns[static_cast<size_t>(found - known.begin())][cell];
    const uint32_t stated = CodeOf(outcome);
    if (code != kNotObserved && code != stated) {
      return absl::StrCat("of ", plan_.name,
                          CellName(plan_.program, cells_.Coordinate(cell)), " ",
                          observation, " was said already to be ",
                          record_.outcomes[code - 1], ", not ", outcome);
    }
    code = stated;
    record_.status[cell] = CellStatus::kDone;
    record_.reason[cell] = 0;
    return "";
  }

  uint32_t CodeOf(const std::string& outcome) {
    std::vector<std::string>& outcomes = record_.outcomes;
    const auto found = std::find(outcomes.begin(), outcomes.end(), outcome);
    if (found != outcomes.end()) {
      return static_cast<uint32_t>(found - outcomes.begin()) + 1;
    }
    outcomes.push_back(outcome);
    return static_cast<uint32_t>(outcomes.size());
  }

  const CompiledPlan& plan_;
  CellSpace cells_;
  Record record_;
};

// Reads one file.
class Reader {
 public:
  Reader(Report& report, absl::Span<const CompiledPlan> catalogue)
      : report_(report), catalogue_(catalogue) {}

  BehaviourFile Read(const YamlNode& root) {
    MapReader map(root, "a documented entry", report_);
    HostBehaviour host;
    host.host = map.RequireText("entry").value_or("");
    if (map.is_map() && !CheckBaselineName(host.host).ok()) {
      report_.Add(root, "`entry:` is a name of [A-Za-z0-9._-]");
    }
    host.facts[atlas_fact::kTitle] = map.RequireText("title").value_or("");
    host.facts[kDocumentedFact] = std::string(
        absl::StripAsciiWhitespace(map.RequireText("documented").value_or("")));
    ReadFacts(map.Find("facts"), host.facts);
    ReadTime(map, host.taken);
    const YamlNode* says = map.Require("says");
    if (says != nullptr && !says->list()) {
      report_.Add(*says, absl::StrCat("`says:` is a list of maps, not ",
                                      says->Describe()));
    } else if (says != nullptr) {
      for (const YamlNode& one : says->items) ReadStatement(one);
    }
    map.Finish();
    BehaviourFile file;
    for (auto& [plan, stated] : stated_) {
      file.programs.push_back(plan->program);
      host.entries.push_back(std::move(stated).Entry());
    }
    file.hosts.push_back(std::move(host));
    return file;
  }

 private:
  void ReadTime(MapReader& map, absl::Time& taken) {
    const YamlNode* node = map.Require("read");
    std::string error;
    if (node != nullptr &&
        !absl::ParseTime("%Y-%m-%d", node->text, &taken, &error)) {
      report_.Add(*node,
                  "`read:` is the day when the document was read, such "
                  "as 2026-11-21");
    }
  }

  void ReadFacts(const YamlNode* node, Facts& facts) {
    if (node == nullptr) return;
    for (size_t i = 0; i < node->keys.size(); ++i) {
      facts[node->keys[i].text] = node->items[i].text;
    }
  }

  void ReadStatement(const YamlNode& node) {
    MapReader map(node, "a statement", report_);
    const YamlNode* match = map.Require("match");
    const YamlNode* shows = map.Require("shows");
    map.Text("quote");
    map.Finish();
    if (match == nullptr || shows == nullptr) return;
    const absl::StatusOr<CellPattern> pattern = CellPattern::Parse(match->text);
    if (!pattern.ok()) {
      report_.Add(*match, pattern.status().message());
      return;
    }
    if (!shows->map() || shows->keys.empty()) {
      report_.Add(*shows, "`shows:` is a map of observations and outcomes");
      return;
    }
    std::map<std::string, std::string> outcomes;
    for (size_t i = 0; i < shows->keys.size(); ++i) {
      outcomes[shows->keys[i].text] = shows->items[i].text;
    }
    StatedPlan* stated = Find(*match, pattern->plan);
    if (stated == nullptr) return;
    const std::string wrong = stated->State(*pattern, outcomes);
    if (!wrong.empty()) report_.Add(*match, wrong);
  }

  StatedPlan* Find(const YamlNode& match, const std::string& name) {
    std::vector<std::string> names;
    for (const CompiledPlan& plan : catalogue_) {
      if (plan.name == name) {
        return &stated_.try_emplace(&plan, plan).first->second;
      }
      names.push_back(plan.name);
    }
    report_.Add(match, absl::StrCat("there is no plan ", name,
                                    Suggestion(name, names)));
    return nullptr;
  }

  Report& report_;
  absl::Span<const CompiledPlan> catalogue_;
  std::map<const CompiledPlan*, StatedPlan> stated_;
};

}  // namespace

absl::StatusOr<BehaviourFile> ParseDocumented(
    absl::string_view yaml, absl::string_view file,
    absl::Span<const CompiledPlan> catalogue) {
  Report report(file);
  const YamlNode root = ParseYaml(yaml, report);
  BehaviourFile read = Reader(report, catalogue).Read(root);
  if (report.empty()) return read;
  return absl::InvalidArgumentError(absl::StrJoin(
      std::move(report).Take(), "\n", [](std::string* out, const auto& wrong) {
        out->append(wrong.ToString());
      }));
}

}  // namespace sockdrift
