#include "core/plan/cells.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/bytes.h"
#include "core/plan/cell_steps.h"
#include "core/plan/program_codec.h"

namespace sockdrift {

CellSpace::CellSpace(const Program& program) {
  for (const Axis& axis : program.axes) {
    sizes_.push_back(static_cast<uint32_t>(axis.values.size()));
    matrix_size_ *= axis.values.size();
  }
  raw_.reserve(matrix_size_);
  uint32_t next = 0;
  for (const Program::Run& run : program.excluded) {
    for (; next < run.first; ++next) raw_.push_back(next);
    next = run.first + run.count;
  }
  for (; next < matrix_size_; ++next) raw_.push_back(next);
}

std::optional<uint32_t> CellSpace::FromRaw(uint32_t raw) const {
  const auto it = std::lower_bound(raw_.begin(), raw_.end(), raw);
  if (it == raw_.end() || *it != raw) return std::nullopt;
  return static_cast<uint32_t>(it - raw_.begin());
}

void CellSpace::Coordinate(uint32_t cell,
                           absl::Span<uint16_t> coordinate) const {
  uint32_t rest = raw_[cell];
  for (size_t axis = sizes_.size(); axis-- > 0;) {
    coordinate[axis] = static_cast<uint16_t>(rest % sizes_[axis]);
    rest /= sizes_[axis];
  }
}

std::vector<uint16_t> CellSpace::Coordinate(uint32_t cell) const {
  std::vector<uint16_t> coordinate(sizes_.size());
  Coordinate(cell, absl::MakeSpan(coordinate));
  return coordinate;
}

const std::optional<std::string>& TextAt(
    const Scalar& scalar, const Program& program,
    absl::Span<const uint16_t> coordinate) {
  size_t index = 0;
  for (uint8_t axis : scalar.axes) {
    index = index * program.axes[axis].values.size() + coordinate[axis];
  }
  return scalar.texts[index];
}

absl::Status CheckShape(const Record& record, const Program& program) {
  const uint64_t cells = CellCount(program);
  if (record.cells() != cells ||
      record.columns.size() != program.observations.size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a record of ", record.cells(), " cells and ", record.columns.size(),
        " observations, but its program has ", cells, " and ",
        program.observations.size()));
  }
  return absl::OkStatus();
}

bool Applies(const Step& step, absl::Span<const uint16_t> coordinate) {
  return std::all_of(
      step.guards.begin(), step.guards.end(), [&](const Guard& guard) {
        return std::binary_search(guard.values.begin(), guard.values.end(),
                                  coordinate[guard.axis]);
      });
}

std::string CellName(const Program& program,
                     absl::Span<const uint16_t> coordinate) {
  if (program.axes.empty()) return "";
  std::string name = "[";
  for (size_t i = 0; i < program.axes.size(); ++i) {
    absl::StrAppend(&name, i == 0 ? "" : ",", program.axes[i].name, "=",
                    program.axes[i].values[coordinate[i]]);
  }
  return name + "]";
}

absl::StatusOr<uint32_t> FindCell(const Program& program,
                                  const CellSpace& cells,
                                  absl::string_view name) {
  absl::string_view inner = name;
  if (!inner.empty() && (!absl::ConsumePrefix(&inner, "[") ||
                         !absl::ConsumeSuffix(&inner, "]"))) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", name, "\" is no cell: [axis=value,…] with every axis is"));
  }
  std::vector<int> coordinate(program.axes.size(), -1);
  for (absl::string_view part : absl::StrSplit(inner, ',', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    const auto axis =
        std::find_if(program.axes.begin(), program.axes.end(),
                     [&](const Axis& a) { return a.name == pair.first; });
    if (axis == program.axes.end()) {
      return absl::NotFoundError(absl::StrCat(
          "no axis \"", pair.first, "\": the plan's axes are ",
          absl::StrJoin(
              program.axes, ", ",
              [](std::string* out, const Axis& a) { out->append(a.name); })));
    }
    const auto value =
        std::find(axis->values.begin(), axis->values.end(), pair.second);
    if (value == axis->values.end()) {
      return absl::NotFoundError(
          absl::StrCat("axis ", axis->name, " has no value \"", pair.second,
                       "\": ", absl::StrJoin(axis->values, ", ")));
    }
    int& index = coordinate[axis - program.axes.begin()];
    if (index >= 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("the cell names axis ", axis->name, " twice"));
    }
    index = static_cast<int>(value - axis->values.begin());
  }
  uint64_t raw = 0;
  for (size_t i = 0; i < coordinate.size(); ++i) {
    if (coordinate[i] < 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the cell names no value of axis ", program.axes[i].name));
    }
    raw = raw * program.axes[i].values.size() + coordinate[i];
  }
  const std::optional<uint32_t> cell =
      cells.FromRaw(static_cast<uint32_t>(raw));
  if (!cell.has_value()) {
    return absl::NotFoundError(
        absl::StrCat(name, " is excluded by the plan's `except`"));
  }
  return *cell;
}

namespace {

// A capability, user or setting that is left out in this cell is not written,
// so that a plan which gains an axis with `unset` keeps the ids of its cells.
void WriteCaps(ByteWriter& out, const Program& program,
               absl::Span<const uint16_t> coordinate) {
  for (const Scalar& cap : program.caps) {
    const std::optional<std::string>& text = TextAt(cap, program, coordinate);
    if (!text.has_value() || *text == "none") continue;
    out.Byte(1);
    out.Text(*text);
  }
  out.Byte(0);
}

void WriteSettings(ByteWriter& out, const Program& program,
                   absl::Span<const uint16_t> coordinate) {
  for (const Setting& setting : program.settings) {
    const std::optional<std::string>& text =
        TextAt(setting.value, program, coordinate);
    if (!text.has_value()) continue;
    out.Byte(static_cast<uint8_t>(setting.kind));
    out.Text(setting.key);
    out.Text(*text);
    out.Text(setting.host);
  }
  out.Byte(0);
}

// A body is bracketed, not counted: which of its steps are made depends on the
// cell.
void WriteSteps(ByteWriter& out, const Program& program,
                absl::Span<const CellStep> steps) {
  for (size_t i = 0; i < steps.size(); i += 1 + steps[i].body) {
    const Step& step = *steps[i].step;
    out.Byte(static_cast<uint8_t>(step.operation));
    for (const auto& [id, text] : steps[i].texts) {
      out.Byte(static_cast<uint8_t>(id));
      out.Text(text);
    }
    out.Byte(0);
    out.Byte(static_cast<uint8_t>((step.observe_failure_only ? 1 : 0) |
                                  (step.always ? 2 : 0)));
    out.Text(step.observation == kNoObservation
                 ? absl::string_view()
                 : program.observations[step.observation]);
    if (step.body > 0) {  // though none of it may be made here
      WriteSteps(out, program, steps.subspan(i + 1, steps[i].body));
    }
  }
  out.Byte(0);
}

}  // namespace

std::string CellBytes(const Program& program,
                      absl::Span<const uint16_t> coordinate) {
  ByteWriter out;
  out.Raw("sockdrift-cell/");
  out.Varint(1);
  out.Byte(static_cast<uint8_t>(program.isolation));
  WriteCaps(out, program, coordinate);
  out.Varint(program.users.size());
  for (const std::string& user : program.users) out.Text(user);
  WriteHostsAndPorts(out, program);
  WriteSettings(out, program, coordinate);
  WriteSteps(out, program, StepsOfCell(program, coordinate));
  return std::move(out).Take();
}

}  // namespace sockdrift
