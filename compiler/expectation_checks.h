// The checks of one expectation: `where:` with `outcome:` or `table:`.
#ifndef SOCKDRIFT_COMPILER_EXPECTATION_CHECKS_H_
#define SOCKDRIFT_COMPILER_EXPECTATION_CHECKS_H_

#include <optional>
#include <string>
#include <vector>

#include "compiler/condition.h"
#include "compiler/plan_context.h"
#include "compiler/yaml_tree.h"
#include "core/plan/cells.h"
#include "core/plan/expectation.h"

namespace sockdrift {

class CheckReader {
 public:
  CheckReader(const CellSpace& cells, PlanContext& context)
      : cells_(cells), context_(context), report_(context.report) {}

  // One or more alternatives of `where:`; null stands for every cell. What is
  // wrong, and an alternative that no cell meets, is reported.
  std::vector<Check> ReadWhere(const YamlNode* where);

  // Adds what `outcome:` says to each of the checks.
  void ReadOutcome(const YamlNode& outcome, std::vector<Check>& checks);

  // `table:`: one check a place of the table that says something, in each of
  // the alternatives.
  std::vector<Check> ReadTable(const YamlNode& table,
                               const std::vector<Check>& alternatives);

 private:
  std::optional<uint16_t> FindObservation(absl::string_view name) const;
  // As above; reports where there is none.
  std::optional<uint16_t> RequireObservation(const YamlNode& name);
  // Reports a name that is neither an axis nor an observation; true.
  bool ReportNeither(const YamlNode& name);
  std::optional<Check> ReadAlternative(const YamlNode& where);
  std::optional<OutcomeCondition> ReadOutcomes(uint16_t observation,
                                               const YamlNode& node);
  std::vector<uint32_t> CellsOf(const Condition& condition,
                                const std::vector<uint32_t>& among) const;
  // Reports a check of an observation that some of its cells do not make.
  void RequireObserved(const Check& check, uint16_t observation,
                       const YamlNode& where);

  // A column of a table: an observation, in the cells of a condition.
  struct Column {
    Condition condition;
    uint16_t observation;
  };
  // One a column; an empty place where something was reported.
  using Columns = std::vector<std::optional<Column>>;
  Columns ObservationColumns(const YamlNode& across, const YamlNode* of);
  Columns AxisColumns(const YamlNode& across, const YamlNode* of);
  void ReadRow(const Condition& row, const YamlNode& places,
               const Columns& columns, const std::vector<Check>& alternatives,
               std::vector<Check>& out);
  void ReadPlace(const Condition& condition, uint16_t observation,
                 const YamlNode& place, const std::vector<Check>& alternatives,
                 std::vector<Check>& out);
  // "axis: value" of a table's row or column.
  std::optional<Condition> AxisIs(const AxisReference& reference,
                                  const YamlNode& value);

  const CellSpace& cells_;
  PlanContext& context_;
  Report& report_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_EXPECTATION_CHECKS_H_
