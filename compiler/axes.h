// A plan's axes while it is compiled: values, the fields of named rows and of
// addresses, and which axes are used.
#ifndef SOCKDRIFT_COMPILER_AXES_H_
#define SOCKDRIFT_COMPILER_AXES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "compiler/report.h"
#include "compiler/yaml_tree.h"
#include "core/plan/program.h"

namespace sockdrift {

// The text that leaves a field, or a call, out.
inline constexpr absl::string_view kUnset = "unset";

struct RowField {
  std::string name;
  std::string text;
  const YamlNode* where = nullptr;  // its value
};

struct AxisValue {
  std::string name;
  std::vector<RowField> fields;  // of a named row, in the plan's order
};

struct PlanAxis {
  std::string name;
  std::vector<AxisValue> values;
  bool rows = false;  // named rows rather than plain values
  const YamlNode* where = nullptr;
  bool used = false;
};

// "$axis" or "$axis.field": what a text may refer to.
struct AxisReference {
  uint8_t axis = 0;   // index
  std::string field;  // empty for the value itself
};

class AxisTable {
 public:
  // Reads `axes:`; null where the plan has none. What is wrong is reported.
  void Read(const YamlNode* axes, Report& report);

  const std::vector<PlanAxis>& axes() const { return axes_; }
  std::vector<Axis> ProgramAxes() const;
  std::vector<std::string> Names() const;
  void MarkUsed(uint8_t axis) { axes_[axis].used = true; }
  void ReportUnused(Report& report) const;

  // The product of the axes' sizes; saturates.
  uint64_t MatrixSize() const;

  // Reads "a.addr.family": the longest name of an axis, then a field. Reports,
  // at `where`, an unknown axis and a field that no value has.
  std::optional<AxisReference> Resolve(absl::string_view dotted,
                                       const YamlNode& where,
                                       Report& report) const;
  // As above without reporting: whether it names an axis at all.
  bool NamesAxis(absl::string_view dotted) const;

  // The text of a reference for one value of its axis; nullopt: unset.
  std::optional<std::string> Text(const AxisReference& reference,
                                  uint16_t value) const;

 private:
  void ReadEntry(const YamlNode& key, const YamlNode& value, Report& report);
  void ReadGroup(const std::vector<std::string>& prefixes, const YamlNode& axes,
                 Report& report);
  void Add(std::string name, const YamlNode& key, const YamlNode& value,
           Report& report);
  const PlanAxis* Longest(absl::string_view dotted) const;

  std::vector<PlanAxis> axes_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_AXES_H_
