// Other processes: made, given descriptors, ended.
#include "absl/strings/str_cat.h"
#include "agent/engine/processes.h"
#include "agent/engine/step_table.h"

namespace sockdrift {
namespace {

// A descriptor on its way from one process to another, and what is known of its
// socket.
struct Passed {
  CellSocket socket;
  int fd = -1;     // to be sent
  UniqueFd owned;  // the same, where this process only hands it on
};

// Gets the step's socket from the process that passes it.
StepEnd Fetch(Machine& machine, Cell& cell, const DenseStep& step,
              Passed& passed, Outcome& outcome) {
  const uint16_t* at = cell.coordinate.data();
  const int64_t from = step.At(FieldId::kProcess, at);
  if (from == kUnset || from == kMainProcess) {
    const CellSocket* socket = cell.SocketAt(step.At(FieldId::kOf, at));
    if (socket == nullptr || (socket->failed && !step.always)) {
      return StepEnd::kNotReached;
    }
    passed.socket = *socket;
    passed.fd = socket->fd;
    return StepEnd::kAnswered;
  }
  CellProcess* process = ProcessAt(cell, from);
  if (process == nullptr) return StepEnd::kNotReached;
  Order order;
  order.kind = Order::Kind::kGive;
  Answer answer;
  if (!Ask(machine, cell, *process, order, -1, answer, passed.owned)) {
    return StepEnd::kBroken;
  }
  outcome = answer.outcome;
  passed.socket = answer.socket;
  passed.fd = passed.owned.get();
  return answer.end;
}

}  // namespace

StepEnd RunFork(Machine& machine, Cell& cell, const DenseStep& step,
                Outcome& outcome) {
  const int slot =
      static_cast<int>(step.At(FieldId::kAs, cell.coordinate.data()));
  if (ProcessAt(cell, slot) != nullptr) {
    return machine.Break(absl::StrCat(
        "there is a process ", machine.assembly.slots[slot], " already"));
  }
  if (!ForkProcess(machine, cell, slot)) return StepEnd::kBroken;
  outcome = Outcome::Ok();
  return StepEnd::kAnswered;
}

StepEnd RunPass(Machine& machine, Cell& cell, const DenseStep& step,
                Outcome& outcome) {
  Passed passed;
  const StepEnd fetched = Fetch(machine, cell, step, passed, outcome);
  if (fetched != StepEnd::kAnswered || outcome.is_errno()) return fetched;
  const int64_t to = step.At(FieldId::kTo, cell.coordinate.data());
  if (to == kMainProcess) {
    if (!passed.owned.valid()) {
      return machine.Break("a process passes a descriptor to itself");
    }
    AdoptPassed(machine, cell, step, passed.socket, passed.owned.release());
    return StepEnd::kAnswered;
  }
  CellProcess* process = ProcessAt(cell, to);
  if (process == nullptr) return StepEnd::kNotReached;
  Order order;
  order.kind = Order::Kind::kTake;
  order.socket = passed.socket;
  Answer answer;
  UniqueFd unused;
  if (!Ask(machine, cell, *process, order, passed.fd, answer, unused)) {
    return StepEnd::kBroken;
  }
  outcome = answer.outcome;
  return answer.end;
}

StepEnd RunExit(Machine& machine, Cell& cell, const DenseStep& step,
                Outcome& outcome) {
  const int64_t slot = step.At(FieldId::kOf, cell.coordinate.data());
  CellProcess* process = ProcessAt(cell, slot);
  if (process == nullptr) return StepEnd::kNotReached;
  const std::string wrong = EndProcess(machine, cell, *process);
  if (!wrong.empty()) {
    return machine.Break(
        absl::StrCat("process ", machine.assembly.slots[slot], " ", wrong));
  }
  outcome = Outcome::Ok();
  return StepEnd::kAnswered;
}

}  // namespace sockdrift
