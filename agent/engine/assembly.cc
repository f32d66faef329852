#include "agent/engine/assembly.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/engine/field_number.h"
#include "agent/engine/step_table.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

// The index of the host of that name.
absl::StatusOr<int64_t> HostNumber(const Program& program,
                                   absl::string_view name) {
  for (size_t i = 0; i < program.hosts.size(); ++i) {
    if (program.hosts[i].name == name) return static_cast<int64_t>(i);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the program has no host \"", name, "\""));
}

// A table over `axes`, its values not filled in.
Table EmptyTable(const Program& program, absl::Span<const uint8_t> axes) {
  Table table;
  uint32_t stride = 1;
  for (size_t i = axes.size(); i-- > 0;) {
    if (i + 1 == axes.size()) {
      table.first = {axes[i], stride};
    } else {
      table.others.push_back({axes[i], stride});
    }
    stride *= static_cast<uint32_t>(program.axes[axes[i]].values.size());
  }
  table.values.resize(stride);
  return table;
}

absl::StatusOr<Table> TableOf(const Program& program, const Scalar& scalar,
                              const FieldSpec& spec, Assembly& assembly) {
  Table table = EmptyTable(program, scalar.axes);
  for (size_t i = 0; i < scalar.texts.size(); ++i) {
    table.values[i] = kUnset;
    if (!scalar.texts[i].has_value()) continue;
    SOCKDRIFT_ASSIGN_OR_RETURN(
        table.values[i], spec.id == FieldId::kHost
                             ? HostNumber(program, *scalar.texts[i])
                             : FieldNumber(spec, *scalar.texts[i], assembly));
  }
  return table;
}

// The combinations of the axes of several scalars, as partial coordinates.
template <typename Visit>
absl::Status ForEachCombination(const Program& program,
                                absl::Span<const uint8_t> axes, Visit visit) {
  std::vector<uint16_t> coordinate(program.axes.size(), 0);
  for (size_t index = 0;; ++index) {
    SOCKDRIFT_RETURN_IF_ERROR(visit(index, absl::MakeConstSpan(coordinate)));
    size_t i = axes.size();
    while (i-- > 0) {
      if (++coordinate[axes[i]] < program.axes[axes[i]].values.size()) break;
      coordinate[axes[i]] = 0;
    }
    if (i == static_cast<size_t>(-1)) return absl::OkStatus();
  }
}

// Name, value and size of an option are one table: the value's bytes depend on
// the name.
absl::StatusOr<Table> OptionTable(const Program& program, const Step& step,
                                  Assembly& assembly) {
  std::vector<uint8_t> axes;
  for (FieldId id : {FieldId::kName, FieldId::kValue, FieldId::kSize}) {
    const Scalar* scalar = step.Find(id);
    if (scalar == nullptr) continue;
    axes.insert(axes.end(), scalar->axes.begin(), scalar->axes.end());
  }
  std::sort(axes.begin(), axes.end());
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  Table table = EmptyTable(program, axes);
  const auto text_of = [&](FieldId id, absl::Span<const uint16_t> at) {
    const Scalar* scalar = step.Find(id);
    return scalar == nullptr ? std::nullopt : TextAt(*scalar, program, at);
  };
  const auto fill = [&](size_t index, absl::Span<const uint16_t> at) {
    const std::optional<std::string> name = text_of(FieldId::kName, at);
    const std::optional<std::string> value = text_of(FieldId::kValue, at);
    const std::optional<std::string> size = text_of(FieldId::kSize, at);
    table.values[index] = kUnset;
    const bool sets = step.operation == Operation::kSetsockopt;
    if (!name.has_value() || (sets && !value.has_value())) {
      return absl::OkStatus();
    }
    int64_t length = kUnset;
    if (size.has_value() && !absl::SimpleAtoi(*size, &length)) {
      return absl::InvalidArgumentError("`size` is no number");
    }
    SOCKDRIFT_ASSIGN_OR_RETURN(
        table.values[index],
        AddOption(*name, sets ? &*value : nullptr, length, assembly));
    return absl::OkStatus();
  };
  SOCKDRIFT_RETURN_IF_ERROR(ForEachCombination(program, axes, fill));
  return table;
}

bool IsOptionPart(Operation operation, FieldId id) {
  return (operation == Operation::kSetsockopt ||
          operation == Operation::kGetsockopt) &&
         (id == FieldId::kValue || id == FieldId::kSize);
}

absl::Status AssembleFields(const Program& program, const Step& step,
                            Assembly& assembly, DenseStep& dense) {
  const OperationSpec& spec = SpecOf(step.operation);
  for (const Field& field : step.fields) {
    if (IsOptionPart(step.operation, field.id)) continue;
    const FieldSpec& about = *FindField(spec, field.id);
    const bool option = about.type == FieldType::kOptionName;
    absl::StatusOr<Table> table =
        option ? OptionTable(program, step, assembly)
               : TableOf(program, field.value, about, assembly);
    if (absl::IsUnimplemented(table.status())) return table.status();
    if (!table.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(
          spec.name, ", field `", about.key, "`: ", table.status().message()));
    }
    const auto index = static_cast<uint8_t>(dense.tables.size());
    dense.table_of[static_cast<int>(field.id)] = static_cast<int8_t>(index);
    if (about.required) {
      dense.required.push_back(index);
      dense.may_be_left_out =
          dense.may_be_left_out ||
          std::find(table->values.begin(), table->values.end(), kUnset) !=
              table->values.end();
    }
    dense.tables.push_back(*std::move(table));
  }
  return absl::OkStatus();
}

DenseGuard GuardOf(const Program& program, const Guard& guard) {
  DenseGuard dense;
  dense.axis = guard.axis;
  dense.other_bits.resize(program.axes[guard.axis].values.size() / 64, 0);
  for (uint16_t value : guard.values) {
    uint64_t& bits =
        value < 64 ? dense.first_bits : dense.other_bits[value / 64 - 1];
    bits |= uint64_t{1} << (value % 64);
  }
  return dense;
}

// Whether a process other than the first can make the step.
bool IsForAnyProcess(Operation operation) {
  switch (operation) {
    case Operation::kSysctl:
    case Operation::kAddress:
    case Operation::kLink:
    case Operation::kResolve:
    case Operation::kDial:
    case Operation::kFork:
    case Operation::kExit:
    case Operation::kRepeat:
    case Operation::kSample:
      return false;
    default:
      return true;
  }
}

// What of a step this build cannot do; empty for none.
std::string WhatItLacks(const Program& program, const Step& step) {
  if (step.Find(FieldId::kProcess) != nullptr &&
      !IsForAnyProcess(step.operation)) {
    return absl::StrCat("this build lacks the operation ",
                        SpecOf(step.operation).name, " in another process");
  }
  if (StepOf(step.operation) == nullptr) {
    return absl::StrCat("this build lacks the operation ",
                        SpecOf(step.operation).name);
  }
  const bool changes_world = step.operation == Operation::kSysctl ||
                             step.operation == Operation::kAddress ||
                             step.operation == Operation::kLink;
  if (changes_world && program.isolation != Isolation::kCell) {
    return "a step changes the world, which needs `isolation: cell`";
  }
  return "";
}

bool MakesSocket(Operation operation) {
  return operation == Operation::kSocket || operation == Operation::kAccept ||
         operation == Operation::kDial || operation == Operation::kPass;
}

bool TakesTime(Operation operation) {
  switch (operation) {
    case Operation::kConnect:
    case Operation::kDial:
    case Operation::kSend:
    case Operation::kRecv:
    case Operation::kWaitFor:
    case Operation::kWait:
    case Operation::kRepeat:
    case Operation::kSample:
    case Operation::kFork:
    case Operation::kPass:
    case Operation::kExit:
      return true;
    default:
      return false;
  }
}

// The slot of a field that names one socket.
int SlotOfField(const DenseStep& step, FieldId id) {
  const int index = step.table_of[static_cast<int>(id)];
  if (index < 0) return kNoSlot;
  const Table& table = step.tables[index];
  return table.constant() && table.values[0] != kUnset
             ? static_cast<int>(table.values[0])
             : kVaries;
}

// Slots "s[k]" beside "s", and which slots are faced.
void LinkSlots(Assembly& assembly) {
  const size_t named = assembly.slots.size();
  for (size_t i = 0; i < named; ++i) {
    absl::string_view inner = assembly.slots[i];
    const size_t open = inner.find('[');
    if (open == absl::string_view::npos) continue;
    const std::string base(inner.substr(0, open));
    inner = inner.substr(open + 1);
    int64_t number = 0;
    if (!absl::ConsumeSuffix(&inner, "]") ||
        !absl::SimpleAtoi(inner, &number) || number < 1) {
      continue;
    }
    const int slot = assembly.SlotOf(base);
    assembly.indexed_slots.resize(assembly.slots.size());
    std::vector<int>& indexed = assembly.indexed_slots[slot];
    if (indexed.size() < static_cast<size_t>(number)) {
      indexed.resize(number, kNoSlot);
    }
    indexed[number - 1] = static_cast<int>(i);
  }
  assembly.indexed_slots.resize(assembly.slots.size());
  assembly.faced.assign(assembly.slots.size(), false);
  for (const DenseStep& step : assembly.steps) {
    const int table = step.table_of[static_cast<int>(FieldId::kFacing)];
    if (table < 0) continue;
    for (int64_t slot : step.tables[table].values) {
      if (slot != kUnset) assembly.faced[slot] = true;
    }
  }
}

}  // namespace

int Assembly::SlotOf(absl::string_view name) {
  const auto it = std::find(slots.begin(), slots.end(), name);
  if (it == slots.end()) {
    slots.emplace_back(name);
    return static_cast<int>(slots.size()) - 1;
  }
  return static_cast<int>(it - slots.begin());
}

absl::StatusOr<Assembly> Assemble(const Program& program) {
  Assembly assembly;
  assembly.ports.named = program.ports;
  assembly.hosts = program.hosts.size();
  assembly.fixed_ports = !program.ports.empty();
  for (size_t i = 0; i < program.steps.size(); ++i) {
    const Step& step = program.steps[i];
    DenseStep dense;
    dense.operation = step.operation;
    dense.observation = step.observation;
    dense.observe_failure_only = step.observe_failure_only;
    dense.always = step.always;
    dense.fails_socket = SpecOf(step.operation).fails_socket;
    dense.body = step.body;
    dense.table_of.fill(-1);
    for (const Guard& guard : step.guards) {
      dense.guards.push_back(GuardOf(program, guard));
    }
    dense.lacks = WhatItLacks(program, step);
    // What this build lacks it need not understand either.
    if (dense.lacks.empty()) {
      const absl::Status read = AssembleFields(program, step, assembly, dense);
      if (absl::IsUnimplemented(read)) {
        dense.lacks = std::string(read.message());
      } else if (!read.ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat("step ", i + 1, ": ", read.message()));
      }
    }
    dense.has_must = dense.Has(FieldId::kMust);
    dense.has_host = dense.Has(FieldId::kHost);
    // These look for themselves: a list, a socket of another process, a
    // process.
    if (step.operation != Operation::kRecv &&
        step.operation != Operation::kPass &&
        step.operation != Operation::kExit) {
      dense.of_slot = SlotOfField(dense, FieldId::kOf);
      dense.facing_slot = SlotOfField(dense, FieldId::kFacing);
    }
    dense.takes_time =
        TakesTime(step.operation) || dense.Has(FieldId::kProcess);
    assembly.users = assembly.users || dense.Has(FieldId::kUser);
    assembly.forks = assembly.forks || step.operation == Operation::kFork;
    assembly.timed = assembly.timed || dense.takes_time;
    assembly.waits = assembly.waits || step.operation == Operation::kWait ||
                     step.operation == Operation::kWaitFor;
    assembly.sockets += MakesSocket(step.operation) ? 1 : 0;
    assembly.steps.push_back(std::move(dense));
  }
  assembly.fixed_ports = assembly.fixed_ports || !assembly.ports.fixed.empty();
  LinkSlots(assembly);
  return assembly;
}

}  // namespace sockdrift
