// The steps of a program as one cell makes them: guards decided, scalars
// substituted, what is left out not there. Whoever writes a cell (its canonical
// bytes, its system calls, a program that reproduces it) goes over this list.
#ifndef SOCKDRIFT_CORE_PLAN_CELL_STEPS_H_
#define SOCKDRIFT_CORE_PLAN_CELL_STEPS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/plan/program.h"

namespace sockdrift {

struct CellStep {
  const Step* step = nullptr;  // of the program, which must outlive it
  // The fields that have a text in this cell, ascending by id.
  std::vector<std::pair<FieldId, std::string>> texts;
  // Of a repeat or a sample: how many of the steps that follow are its body.
  size_t body = 0;
  size_t depth = 0;  // in how many repeats and samples it stands

  Operation operation() const { return step->operation; }
  // The field's text, or null where it has none in this cell.
  const std::string* Find(FieldId id) const;
  std::string Get(FieldId id, absl::string_view otherwise = "") const;
};

// One step, whether or not it is made in that cell.
CellStep StepInCell(const Step& step, const Program& program,
                    absl::Span<const uint16_t> coordinate);

// A step that does not apply, or lacks a required field, takes its body with
// it, as in the engine.
std::vector<CellStep> StepsOfCell(const Program& program,
                                  absl::Span<const uint16_t> coordinate);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_PLAN_CELL_STEPS_H_
