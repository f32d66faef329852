#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/expectation_checks.h"
#include "compiler/map_reader.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kSaysNothing = "*";

}  // namespace

std::optional<Condition> CheckReader::AxisIs(const AxisReference& reference,
                                             const YamlNode& value) {
  const PlanAxis& axis = context_.axes.axes()[reference.axis];
  YamlNode map = value;  // {axis: value} at the value's place
  map.kind = YamlNode::Kind::kMap;
  map.text.clear();
  map.keys.assign(1, value);
  map.keys[0].text = reference.field.empty()
                         ? axis.name
                         : absl::StrCat(axis.name, ".", reference.field);
  map.items.assign(1, value);
  return ReadCondition(map, context_.axes, report_);
}

CheckReader::Columns CheckReader::ObservationColumns(const YamlNode& across,
                                                     const YamlNode* of) {
  if (of != nullptr) {
    report_.Add(*of,
                "`of:` goes with an axis across; here the columns are the "
                "observations");
  }
  Columns columns;
  for (const YamlNode& name : across.items) {
    const std::optional<uint16_t> observation = RequireObservation(name);
    columns.emplace_back();
    if (observation.has_value()) columns.back() = Column{{}, *observation};
  }
  return columns;
}

CheckReader::Columns CheckReader::AxisColumns(const YamlNode& across,
                                              const YamlNode* of) {
  Columns columns;
  if (!across.map() || across.keys.size() != 1 || !across.items[0].list()) {
    report_.Add(across,
                "`across:` is a list of observations, or one axis and a list "
                "of its values");
    return columns;
  }
  if (of == nullptr) {
    report_.Add(across,
                "a table with an axis across needs `of:`, the observation that "
                "it is about");
    return columns;
  }
  const std::optional<AxisReference> axis =
      context_.axes.Resolve(across.keys[0].text, across.keys[0], report_);
  const std::optional<uint16_t> observation = RequireObservation(*of);
  if (!axis.has_value() || !observation.has_value()) return columns;
  for (const YamlNode& value : across.items[0].items) {
    std::optional<Condition> condition = AxisIs(*axis, value);
    columns.emplace_back();
    if (condition.has_value()) {
      columns.back() = Column{*std::move(condition), *observation};
    }
  }
  return columns;
}

void CheckReader::ReadPlace(const Condition& condition, uint16_t observation,
                            const YamlNode& place,
                            const std::vector<Check>& alternatives,
                            std::vector<Check>& out) {
  if (place.scalar() && place.text == kSaysNothing) return;
  const std::optional<OutcomeCondition> expected =
      ReadOutcomes(observation, place);
  if (!expected.has_value()) return;
  bool any = false;
  for (const Check& alternative : alternatives) {
    Check check;
    check.where = alternative.where;
    check.cells = CellsOf(condition, alternative.cells);
    check.expected = {*expected};
    if (check.cells.empty()) continue;
    any = true;
    RequireObserved(check, observation, place);
    out.push_back(std::move(check));
  }
  if (!any) {
    report_.Add(place,
                "no cell stands at this place of the table; write \"*\"");
  }
}

void CheckReader::ReadRow(const Condition& row, const YamlNode& places,
                          const Columns& columns,
                          const std::vector<Check>& alternatives,
                          std::vector<Check>& out) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].has_value()) continue;
    Condition condition = row;
    condition.all.insert(condition.all.end(), columns[i]->condition.all.begin(),
                         columns[i]->condition.all.end());
    ReadPlace(condition, columns[i]->observation, places.items[i], alternatives,
              out);
  }
}

std::vector<Check> CheckReader::ReadTable(
    const YamlNode& table, const std::vector<Check>& alternatives) {
  std::vector<Check> out;
  MapReader map(table, "a table", report_);
  const YamlNode* across = map.Require("across");
  const YamlNode* down = map.Require("down");
  const YamlNode* of = map.Find("of");
  map.Finish();
  if (across == nullptr || down == nullptr) return out;
  const Columns columns = across->list() ? ObservationColumns(*across, of)
                                         : AxisColumns(*across, of);
  if (!down->map() || down->keys.size() != 1 || !down->items[0].map()) {
    report_.Add(*down, "`down:` is one axis and a map of its values to rows");
    return out;
  }
  const std::optional<AxisReference> axis =
      context_.axes.Resolve(down->keys[0].text, down->keys[0], report_);
  if (!axis.has_value() || columns.empty()) return out;
  const YamlNode& rows = down->items[0];
  for (size_t i = 0; i < rows.keys.size(); ++i) {
    const YamlNode& places = rows.items[i];
    const std::optional<Condition> row = AxisIs(*axis, rows.keys[i]);
    if (!places.list() || places.items.size() != columns.size()) {
      const std::string got =
          places.list() ? absl::StrCat(places.items.size()) : places.Describe();
      report_.Add(places,
                  absl::StrCat("this row needs a list of ", columns.size(),
                               " places, one a column, not ", got));
    } else if (row.has_value()) {
      ReadRow(*row, places, columns, alternatives, out);
    }
  }
  return out;
}

}  // namespace sockdrift
