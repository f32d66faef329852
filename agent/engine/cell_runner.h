// Walks one cell through the program's steps.
#ifndef SOCKDRIFT_AGENT_ENGINE_CELL_RUNNER_H_
#define SOCKDRIFT_AGENT_ENGINE_CELL_RUNNER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "agent/engine/cell.h"
#include "agent/engine/machine.h"

namespace sockdrift {

class CellRunner {
 public:
  enum class State {
    kEnded,   // its codes are complete
    kParked,  // goes on at Cell::wake
    kFailed,  // Machine::fault says why
  };

  // `limit_ms` is the longest time of a cell.
  CellRunner(Machine& machine, uint32_t limit_ms);

  // Makes a context that fits the program.
  void Prepare(Cell& cell, size_t axes, size_t observations) const;
  // A context as at the start of a cell; the coordinate is the caller's.
  ABSL_ATTRIBUTE_HOT void Reset(Cell& cell) const;
  // Runs until the cell ends or must wait.
  ABSL_ATTRIBUTE_HOT State Advance(Cell& cell);

 private:
  // Writes down what a step answered. False when that ends the cell.
  ABSL_ATTRIBUTE_HOT bool Conclude(Cell& cell, const DenseStep& step,
                                   Outcome outcome);
  bool Meets(int64_t must, Outcome outcome);
  // Ends the rounds of repeats that the cell has come to the end of.
  bool EndRounds(Cell& cell);
  bool EndLoop(Cell& cell, size_t depth);
  // Notes an outcome of an observed step: as the cell's, or of the sample that
  // is under way.
  void Note(Cell& cell, const DenseStep& step, Outcome outcome);
  // The classes of what a sample's rounds observed.
  void EndSample(Cell& cell);
  bool WithinLimit(const Cell& cell);

  Machine& machine_;
  const Assembly& assembly_;
  uint32_t limit_ms_;
  std::vector<StepFunction> functions_;  // one a step
  std::vector<uint32_t> must_codes_;     // one a text of the assembly
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_CELL_RUNNER_H_
