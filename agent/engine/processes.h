// The other processes of a cell. Each is a real fork of the probe that waits
// for orders: the first process says which step to make, waits for the answer
// and writes it down, so that one process at a time does something and one
// alone writes the tally. A process ends when its channel does.
#ifndef SOCKDRIFT_AGENT_ENGINE_PROCESSES_H_
#define SOCKDRIFT_AGENT_ENGINE_PROCESSES_H_

#include <string>

#include "agent/engine/machine.h"
#include "agent/engine/process_channel.h"

namespace sockdrift {

// Whether a step is made by another process than the first. The steps on
// processes themselves are the first one's.
inline bool IsElsewhere(const DenseStep& step, const Cell& cell) {
  if (!step.Has(FieldId::kProcess) || step.operation == Operation::kPass) {
    return false;
  }
  const int64_t process = step.At(FieldId::kProcess, cell.coordinate.data());
  return process != kUnset && process != kMainProcess;
}

// Null where no such process lives.
CellProcess* ProcessAt(Cell& cell, int64_t slot);

// Forks. The new process serves orders and never returns from here. False when
// that failed: Machine::fault says why.
bool ForkProcess(Machine& machine, Cell& cell, int slot);

// Gives an order about the step that the cell is at and waits for its answer,
// as long as the cell may take. `given` is sent along, -1: none; `got` is what
// came back. A process that died or stood still is ended, and Machine::fault
// says so. When sending `given` itself was refused, the answer's outcome says
// with what.
bool Ask(Machine& machine, Cell& cell, CellProcess& process, Order order,
         int given, Answer& answer, UniqueFd& got);

// Makes the step that the cell is at where its `process` says.
StepEnd RunElsewhere(Machine& machine, Cell& cell, const DenseStep& step,
                     Outcome& outcome);

// Ends a process and waits for it; what is wrong with how it ended, or "".
std::string EndProcess(Machine& machine, Cell& cell, CellProcess& process);

// Ends all that are left.
void EndProcesses(Machine& machine, Cell& cell);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_PROCESSES_H_
