// A program made ready to run: every text parsed once into what the kernel is
// handed, every scalar a table that a cell's coordinate indexes, every guard a
// bit test. Running a cell reads these and nothing else.
#ifndef SOCKDRIFT_AGENT_ENGINE_ASSEMBLY_H_
#define SOCKDRIFT_AGENT_ENGINE_ASSEMBLY_H_

#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "agent/engine/endpoint.h"
#include "core/net/option_name.h"
#include "core/plan/program.h"

namespace sockdrift {

// The number of a field that is `unset` in a cell.
inline constexpr int64_t kUnset = std::numeric_limits<int64_t>::min();
inline constexpr int kNoSlot = -1;
inline constexpr int kVaries = -2;
// Where a step names a process: the one that the cell begins with.
inline constexpr int64_t kMainProcess = -1;
// No step's user.
inline constexpr int64_t kUnknownUser = -1;

// A scalar: one number for each combination of the values of its axes.
struct Table {
  struct Stride {
    uint8_t axis;
    uint32_t stride;
  };
  // Most depend on no axis or on one: that one is at hand.
  Stride first = {0, 0};
  std::vector<Stride> others;
  std::vector<int64_t> values;

  bool constant() const { return first.stride == 0; }
  int64_t At(const uint16_t* coordinate) const {
    size_t index = first.stride * coordinate[first.axis];
    for (const Stride& s : others) index += s.stride * coordinate[s.axis];
    return values[index];
  }
};

// What of an address is the outcome.
enum class Show {
  kSender,
  kAll,
  kAddress,
  kPort,
  kParity,
  kForm,
  kDestination,
  kResult,  // ok
  kList,    // of a resolve step
};

// An option with the value that it is set to.
struct OptionCall {
  const OptionSpec* option = nullptr;
  std::vector<uint8_t> bytes;  // for getsockopt: room for the answer
  socklen_t size = 0;          // what the kernel is told
  std::string link;            // whose number is filled in; empty for none
};

struct DenseGuard {
  uint8_t axis;
  // One bit a value of the axis; few axes have more than 64.
  uint64_t first_bits = 0;
  std::vector<uint64_t> other_bits = {};

  bool Holds(const uint16_t* coordinate) const {
    const uint16_t value = coordinate[axis];
    const uint64_t bits = value < 64 ? first_bits : other_bits[value / 64 - 1];
    return (bits >> (value % 64) & 1) != 0;
  }
};

// What the numbers of a step's tables mean depends on the field: a slot for
// `as`, `of`, `facing` and processes; an index into Assembly for `to` and
// `group` (endpoints), a socket list (lists), `marks` (marks), `data`,
// `interface`, `must` and `until` (texts), and the option with its value
// (options, under FieldId::kName); milliseconds for durations; the kernel's
// number for family, type, protocol, flags, events and how; an index into
// Program::hosts for `host`; 1 for `wait: no`; a Show for `show`.
struct DenseStep {
  static constexpr int kFieldIds = 70;

  Operation operation;
  int16_t observation = kNoObservation;
  bool observe_failure_only = false;
  bool always = false;
  bool fails_socket = false;
  bool takes_time = false;  // so that a cell's limit must be looked at after it
  // In some cell a required field is unset, and the call left out.
  bool may_be_left_out = false;
  uint16_t body = 0;
  std::vector<DenseGuard> guards;
  std::array<int8_t, kFieldIds> table_of;  // FieldId to tables; -1: not given
  std::vector<Table> tables;
  std::vector<uint8_t> required;  // indices into tables
  bool has_must = false;
  // The slots of `of` and `facing`: kNoSlot where there are none, kVaries where
  // they depend on the cell.
  int of_slot = kNoSlot;
  int facing_slot = kNoSlot;
  bool has_host = false;
  // Not empty: what of the step this build cannot do.
  std::string lacks;

  bool Has(FieldId id) const { return table_of[static_cast<int>(id)] >= 0; }
  // kUnset where the field is not given, or not in this cell.
  int64_t At(FieldId id, const uint16_t* coordinate) const {
    const int table = table_of[static_cast<int>(id)];
    return table < 0 ? kUnset : tables[table].At(coordinate);
  }
  bool Applies(const uint16_t* coordinate) const {
    for (const DenseGuard& guard : guards) {
      if (!guard.Holds(coordinate)) return false;
    }
    return true;
  }
  bool IsLeftOut(const uint16_t* coordinate) const {
    if (!may_be_left_out) return false;
    for (uint8_t table : required) {
      if (tables[table].At(coordinate) == kUnset) return true;
    }
    return false;
  }
};

struct Assembly {
  std::vector<DenseStep> steps;

  // The names of sockets, "s", "s[2]", and of processes.
  std::vector<std::string> slots;
  // For a slot "s", the slots of "s[1]", "s[2]" …; kNoSlot where no step names
  // that one.
  std::vector<std::vector<int>> indexed_slots;
  std::vector<bool> faced;  // slots that some `facing` names

  PortNames ports;
  std::vector<Endpoint> endpoints;
  std::deque<OptionCall> options;
  std::vector<std::vector<int>> lists;  // of slots
  std::vector<std::vector<int64_t>> marks;
  std::vector<std::string> texts;

  // Some step takes time.
  bool timed = false;
  // Some step waits in a way that lets other cells go on.
  bool waits = false;
  // No cell may run beside another: a port of the plan's own stands in it.
  bool fixed_ports = false;
  // Some step is another user's.
  bool users = false;
  // Some step makes a process, which inherits all that is open.
  bool forks = false;
  size_t hosts = 0;  // network stacks that the plan names
  // Sockets that one cell makes at most, repeats apart.
  uint32_t sockets = 0;

  // Whether cells do go on while one waits. Not where a parked cell's namespace
  // would be left when the next one begins; where a port of the plan's own can
  // be one cell's at a time; where a new process would hold the parked cells'
  // sockets too.
  bool CellsOverlap(const Program& program) const {
    return program.isolation == Isolation::kPlan && waits && !fixed_ports &&
           !forks;
  }
  int SlotOf(absl::string_view name);
};

// INVALID_ARGUMENT, naming the step and field, for a text that no compiler
// writes. The program must be valid.
absl::StatusOr<Assembly> Assemble(const Program& program);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_ASSEMBLY_H_
