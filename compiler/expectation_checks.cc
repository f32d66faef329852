#include "compiler/expectation_checks.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/map_reader.h"
#include "compiler/outcome_words.h"
#include "compiler/step_names.h"

namespace sockdrift {
std::optional<uint16_t> CheckReader::FindObservation(
    absl::string_view name) const {
  const std::vector<std::string>& names = context_.plan.program.observations;
  const auto it = std::find(names.begin(), names.end(), name);
  if (it == names.end()) return std::nullopt;
  return static_cast<uint16_t>(it - names.begin());
}

std::optional<uint16_t> CheckReader::RequireObservation(const YamlNode& name) {
  const std::optional<uint16_t> found = FindObservation(name.text);
  if (found.has_value()) return found;
  report_.Add(
      name,
      absl::StrCat("no step observes \"", name.text, "\"",
                   Suggestion(name.text, context_.plan.program.observations)));
  return std::nullopt;
}

std::vector<uint32_t> CheckReader::CellsOf(
    const Condition& condition, const std::vector<uint32_t>& among) const {
  std::vector<uint32_t> cells;
  std::vector<uint16_t> coordinate(context_.axes.axes().size());
  for (uint32_t cell : among) {
    cells_.Coordinate(cell, absl::MakeSpan(coordinate));
    if (condition.Holds(coordinate, context_.axes)) cells.push_back(cell);
  }
  return cells;
}

std::optional<OutcomeCondition> CheckReader::ReadOutcomes(
    uint16_t observation, const YamlNode& node) {
  const size_t before = report_.size();
  const Alternatives alternatives = ReadAlternatives(node, report_);
  OutcomeCondition condition{observation, {}, alternatives.negated};
  for (const YamlNode* text : alternatives.texts) {
    std::string why;
    bool possible = false;
    for (const ObservationSource& source : context_.sources[observation]) {
      why = WhyNoOutcome(text->text, source.operation,
                         MarksOf(context_.plan.program.steps[source.step]),
                         context_.scope.Names());
      possible = possible || why.empty();
    }
    if (!possible) report_.Add(*text, why);
    condition.outcomes.push_back(text->text);
  }
  if (report_.size() != before) return std::nullopt;
  return condition;
}

bool CheckReader::ReportNeither(const YamlNode& name) {
  std::vector<std::string> names = context_.axes.Names();
  const std::vector<std::string>& observations =
      context_.plan.program.observations;
  names.insert(names.end(), observations.begin(), observations.end());
  report_.Add(name,
              absl::StrCat("there is neither an axis nor an observation "
                           "\"",
                           name.text, "\"", Suggestion(name.text, names)));
  return true;
}

std::optional<Check> CheckReader::ReadAlternative(const YamlNode& where) {
  Check check;
  const size_t before = report_.size();
  const std::optional<Condition> condition = ReadCondition(
      where, context_.axes, report_,
      [&](const YamlNode& key, const YamlNode& value) {
        const std::optional<uint16_t> observation = FindObservation(key.text);
        if (!observation.has_value()) {
          return !context_.axes.NamesAxis(key.text) && ReportNeither(key);
        }
        std::optional<OutcomeCondition> one = ReadOutcomes(*observation, value);
        if (one.has_value()) check.where.push_back(*std::move(one));
        return true;
      });
  if (!condition.has_value() || report_.size() != before) return std::nullopt;
  std::vector<uint32_t> all(cells_.size());
  std::iota(all.begin(), all.end(), 0);
  check.cells = CellsOf(*condition, all);
  if (check.cells.empty()) {
    report_.Add(where,
                "no cell meets this; look at `except:` and the axes' "
                "values");
    return std::nullopt;
  }
  return check;
}

std::vector<Check> CheckReader::ReadWhere(const YamlNode* where) {
  std::vector<Check> checks;
  if (where == nullptr) {
    Check& all = checks.emplace_back();
    all.cells.resize(cells_.size());
    std::iota(all.cells.begin(), all.cells.end(), 0);
    return checks;
  }
  if (!where->list()) {
    std::optional<Check> check = ReadAlternative(*where);
    if (check.has_value()) checks.push_back(*std::move(check));
    return checks;
  }
  for (const YamlNode& item : where->items) {
    std::optional<Check> check = ReadAlternative(item);
    if (check.has_value()) checks.push_back(*std::move(check));
  }
  if (where->items.empty()) {
    report_.Add(*where, "an empty list of conditions is met by no cell");
  }
  return checks;
}

void CheckReader::RequireObserved(const Check& check, uint16_t observation,
                                  const YamlNode& where) {
  const Program& program = context_.plan.program;
  for (uint32_t cell : check.cells) {
    const std::vector<uint16_t> coordinate = cells_.Coordinate(cell);
    bool observed = false;
    for (const ObservationSource& source : context_.sources[observation]) {
      const Step& step = program.steps[source.step];
      observed =
          observed || (!step.observe_failure_only && Applies(step, coordinate));
    }
    if (observed) continue;
    report_.Add(where, absl::StrCat("\"", program.observations[observation],
                                    "\" is not observed in every cell that "
                                    "this speaks of, for instance not in ",
                                    CellName(program, coordinate),
                                    "; narrow `where:`"));
    return;
  }
}

void CheckReader::ReadOutcome(const YamlNode& outcome,
                              std::vector<Check>& checks) {
  if (!outcome.map() || outcome.keys.empty()) {
    report_.Add(outcome, absl::StrCat("`outcome:` is a map of observations to "
                                      "outcomes, not ",
                                      outcome.map() ? "an empty one"
                                                    : outcome.Describe()));
    return;
  }
  for (size_t i = 0; i < outcome.keys.size(); ++i) {
    const std::optional<uint16_t> observation =
        RequireObservation(outcome.keys[i]);
    if (!observation.has_value()) continue;
    const std::optional<OutcomeCondition> expected =
        ReadOutcomes(*observation, outcome.items[i]);
    if (!expected.has_value()) continue;
    for (Check& check : checks) {
      RequireObserved(check, *observation, outcome.keys[i]);
      check.expected.push_back(*expected);
    }
  }
}

}  // namespace sockdrift
