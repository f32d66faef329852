#include "core/plan/validate_program.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("program: ", what));
}

template <typename T, typename Key>
bool StrictlyAscending(const std::vector<T>& list, Key key) {
  return std::adjacent_find(list.begin(), list.end(),
                            [&](const T& a, const T& b) {
                              return !(key(a) < key(b));
                            }) == list.end();
}

absl::Status ValidateScalar(const Scalar& scalar, const Program& program) {
  uint64_t combinations = 1;
  for (uint8_t axis : scalar.axes) {
    if (axis >= program.axes.size()) return Invalid("a scalar of no axis");
    combinations *= program.axes[axis].values.size();
    if (combinations > kMaxScalarTexts) return Invalid("a scalar too large");
  }
  if (!StrictlyAscending(scalar.axes, [](uint8_t a) { return a; })) {
    return Invalid("a scalar's axes are not ascending");
  }
  if (scalar.texts.size() != combinations) {
    return Invalid("a scalar without a text for each combination");
  }
  return absl::OkStatus();
}

absl::Status ValidateStep(const Step& step, size_t index,
                          const Program& program) {
  if (FindOperation(static_cast<uint8_t>(step.operation)) == nullptr) {
    return absl::UnimplementedError(
        absl::StrCat("program: operation ", static_cast<int>(step.operation),
                     " is not known to this build"));
  }
  if (!StrictlyAscending(step.fields, [](const Field& f) { return f.id; }) ||
      !StrictlyAscending(step.guards, [](const Guard& g) { return g.axis; })) {
    return Invalid("a step's fields or guards are not ascending");
  }
  for (const Field& field : step.fields) {
    if (FindField(SpecOf(step.operation), field.id) == nullptr) {
      return absl::UnimplementedError(absl::StrCat(
          "program: field ", static_cast<int>(field.id), " of ",
          SpecOf(step.operation).name, " is not known to this build"));
    }
    SOCKDRIFT_RETURN_IF_ERROR(ValidateScalar(field.value, program));
  }
  for (const Guard& guard : step.guards) {
    if (guard.axis >= program.axes.size() || guard.values.empty() ||
        guard.values.back() >= program.axes[guard.axis].values.size() ||
        !StrictlyAscending(guard.values, [](uint16_t v) { return v; })) {
      return Invalid("a guard that is no list of an axis' values");
    }
  }
  if (step.observation >= static_cast<int>(program.observations.size()) ||
      step.observation < kNoObservation) {
    return Invalid("an observation that the program does not list");
  }
  const bool loops = step.operation == Operation::kRepeat ||
                     step.operation == Operation::kSample;
  if ((step.body > 0) != loops || index + step.body >= program.steps.size()) {
    return Invalid("a body that does not end inside the program");
  }
  return absl::OkStatus();
}

// A body ends where, or before, the body around it does.
absl::Status ValidateNesting(const Program& program) {
  std::vector<size_t> ends;
  for (size_t i = 0; i < program.steps.size(); ++i) {
    while (!ends.empty() && ends.back() == i) ends.pop_back();
    const size_t end = i + 1 + program.steps[i].body;
    if (program.steps[i].body == 0) continue;
    if (!ends.empty() && end > ends.back()) {
      return Invalid("a body that ends outside the one around it");
    }
    ends.push_back(end);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateMatrix(const Program& program) {
  if (program.axes.size() > kMaxAxes) return Invalid("too many axes");
  uint64_t matrix = 1;
  for (const Axis& axis : program.axes) {
    if (axis.values.empty() || axis.values.size() > kMaxAxisValues) {
      return Invalid(absl::StrCat("axis ", axis.name, " has ",
                                  axis.values.size(), " values"));
    }
    matrix *= axis.values.size();
    if (matrix > kMaxMatrix) {
      return Invalid(
          absl::StrCat("a matrix of more than ", kMaxMatrix, " combinations"));
    }
  }
  uint64_t end = 0;
  uint64_t excluded = 0;
  for (const Program::Run& run : program.excluded) {
    if (run.count == 0 || (end > 0 && run.first <= end)) {
      return Invalid("excluded runs that touch or are empty");
    }
    end = static_cast<uint64_t>(run.first) + run.count;
    excluded += run.count;
    if (end > matrix) return Invalid("an excluded run outside the matrix");
  }
  if (excluded == matrix) return Invalid("no cell is left");
  if (matrix - excluded > kMaxCells) {
    return Invalid(absl::StrCat("more than ", kMaxCells, " cells"));
  }
  return absl::OkStatus();
}

absl::Status ValidateProgram(const Program& program) {
  if (program.isolation != Isolation::kPlan &&
      program.isolation != Isolation::kCell) {
    return Invalid("unknown isolation");
  }
  if (program.repeats < 1 || program.repeats > kMaxRepeats) {
    return Invalid(absl::StrCat("repeats outside 1 to ", kMaxRepeats));
  }
  SOCKDRIFT_RETURN_IF_ERROR(ValidateMatrix(program));
  for (const Scalar& cap : program.caps) {
    SOCKDRIFT_RETURN_IF_ERROR(ValidateScalar(cap, program));
  }
  for (const Setting& setting : program.settings) {
    if (setting.kind < SettingKind::kSysctl ||
        setting.kind > SettingKind::kFamily) {
      return Invalid("unknown setting");
    }
    SOCKDRIFT_RETURN_IF_ERROR(ValidateScalar(setting.value, program));
  }
  for (const PortName& port : program.ports) {
    if (port.first > port.last) return Invalid("an inverted port range");
  }
  if (program.observations.empty() ||
      program.observations.size() > kMaxObservations) {
    return Invalid(
        absl::StrCat("observations outside 1 to ", kMaxObservations));
  }
  if (CellCount(program) * program.observations.size() > kMaxOutcomes) {
    return Invalid(absl::StrCat("more than ", kMaxOutcomes,
                                " outcomes: cells times observations"));
  }
  if (program.steps.empty() || program.steps.size() > kMaxSteps) {
    return Invalid(absl::StrCat("steps outside 1 to ", kMaxSteps));
  }
  for (size_t i = 0; i < program.steps.size(); ++i) {
    SOCKDRIFT_RETURN_IF_ERROR(ValidateStep(program.steps[i], i, program));
  }
  return ValidateNesting(program);
}

}  // namespace sockdrift
