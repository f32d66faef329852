// One step, made by the process that this is.
#ifndef SOCKDRIFT_AGENT_ENGINE_PERFORM_H_
#define SOCKDRIFT_AGENT_ENGINE_PERFORM_H_

#include "agent/engine/machine.h"

namespace sockdrift {

// Whether an answer makes the later steps on its socket `not-reached`.
bool IsFailure(const DenseStep& step, const Cell& cell, Outcome outcome);

// Notes in the step's socket that what follows on it is not reached, where the
// answer makes it so.
void MarkFailure(Cell& cell, const DenseStep& step, Outcome outcome);

// Makes the user of the step the one that calls are made as. False when the
// prober could not: Machine::fault says why.
bool BecomeUserOf(Machine& machine, const Cell& cell, const DenseStep& step);

// Goes to the host that the step names. As BecomeUserOf.
bool EnterHostOf(Machine& machine, const Cell& cell, const DenseStep& step);

// Whether the sockets that the step names are there.
inline bool Reaches(const Cell& cell, const DenseStep& step) {
  const auto reaches = [&](FieldId id, int slot) {
    if (slot == kNoSlot) return true;
    if (slot == kVaries) {
      const int64_t here = step.At(id, cell.coordinate.data());
      if (here == kUnset) return true;
      slot = static_cast<int>(here);
    }
    const int index = cell.slots[slot];
    return index >= 0 && (!cell.sockets[index].failed || step.always);
  };
  return reaches(FieldId::kOf, step.of_slot) &&
         reaches(FieldId::kFacing, step.facing_slot);
}

inline StepEnd Perform(Machine& machine, Cell& cell, const DenseStep& step,
                       StepFunction function, Outcome& outcome) {
  if (!Reaches(cell, step)) return StepEnd::kNotReached;
  if (machine.assembly.users && !BecomeUserOf(machine, cell, step)) {
    return StepEnd::kBroken;
  }
  if (step.has_host && !EnterHostOf(machine, cell, step)) {
    return StepEnd::kBroken;
  }
  return function(machine, cell, step, outcome);
}

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_PERFORM_H_
