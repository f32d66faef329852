#include "agent/engine/perform.h"

#include <cerrno>

namespace sockdrift {

bool IsFailure(const DenseStep& step, const Cell& cell, Outcome outcome) {
  if (outcome.is(Word::kTimeout)) return true;
  if (!outcome.is_error()) return false;
  // That is what was asked for.
  const bool under_way = outcome.is_errno() && outcome.value == EINPROGRESS &&
                         step.At(FieldId::kWait, cell.coordinate.data()) == 1;
  return !under_way;
}

void MarkFailure(Cell& cell, const DenseStep& step, Outcome outcome) {
  if (!step.fails_socket) return;
  // A bind that is not reached for another socket's sake leaves this one as
  // unfit for what follows as one that is refused.
  if (!outcome.is(Word::kNotReached) && !IsFailure(step, cell, outcome)) return;
  const int64_t slot = step.At(FieldId::kOf, cell.coordinate.data());
  CellSocket* socket = slot == kUnset ? nullptr : cell.SocketAt(slot);
  if (socket != nullptr) socket->failed = true;
}

bool BecomeUserOf(Machine& machine, const Cell& cell, const DenseStep& step) {
  const int64_t user = step.At(FieldId::kUser, cell.coordinate.data());
  if (user == machine.user) return true;
  const absl::Status changed = machine.world.UseUser(
      user == kUnset ? absl::string_view() : machine.assembly.texts[user]);
  // Which user it is now is not known; the next step changes it again.
  machine.user = changed.ok() ? user : kUnknownUser;
  if (!changed.ok()) machine.fault = std::string(changed.message());
  return changed.ok();
}

bool EnterHostOf(Machine& machine, const Cell& cell, const DenseStep& step) {
  const int64_t host = step.At(FieldId::kHost, cell.coordinate.data());
  if (host == kUnset) return true;
  const absl::Status entered = machine.stacks.Enter(static_cast<size_t>(host));
  if (!entered.ok()) machine.fault = std::string(entered.message());
  return entered.ok();
}

}  // namespace sockdrift
