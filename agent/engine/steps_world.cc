// Changes of the plan's own world in mid-cell. WorldControl makes them: they
// need a privilege that no call under test has.
#include "absl/strings/match.h"
#include "agent/engine/step_table.h"

namespace sockdrift {
namespace {

const std::string& TextOf(const Machine& machine, const Cell& cell,
                          const DenseStep& step, FieldId id) {
  return machine.assembly.texts[step.At(id, cell.coordinate.data())];
}

// Whether the second word of the field's two is meant.
bool IsSecond(const Cell& cell, const DenseStep& step, FieldId id) {
  return step.At(id, cell.coordinate.data()) == 1;
}

}  // namespace

StepEnd RunSysctl(Machine& machine, Cell& cell, const DenseStep& step,
                  Outcome& outcome) {
  const std::string& key = TextOf(machine, cell, step, FieldId::kKey);
  outcome = Outcome::OfResult(machine.world.ChangeSysctl(
      key, TextOf(machine, cell, step, FieldId::kValue)));
  // ip_local_port_range and its like: ports that are chosen from now on follow.
  if (absl::StrContains(key, "port")) machine.FollowPorts();
  return StepEnd::kAnswered;
}

StepEnd RunAddress(Machine& machine, Cell& cell, const DenseStep& step,
                   Outcome& outcome) {
  outcome = Outcome::OfResult(machine.world.ChangeAddress(
      TextOf(machine, cell, step, FieldId::kInterface),
      TextOf(machine, cell, step, FieldId::kValue),
      !IsSecond(cell, step, FieldId::kHow)));
  return StepEnd::kAnswered;
}

StepEnd RunLink(Machine& machine, Cell& cell, const DenseStep& step,
                Outcome& outcome) {
  outcome = Outcome::OfResult(
      machine.world.ChangeLink(TextOf(machine, cell, step, FieldId::kInterface),
                               !IsSecond(cell, step, FieldId::kState)));
  return StepEnd::kAnswered;
}

}  // namespace sockdrift
