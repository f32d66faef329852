// A compiled plan: what is measured, with every scalar typed, checked and in
// canonical text, and nothing that is not measured (no title, no sources, no
// expectations). The canonical bytes of a program (program_codec.h) are what
// the measurement digest is taken of, what an agent is sent and what a
// behaviour file carries.
#ifndef SOCKDRIFT_CORE_PLAN_PROGRAM_H_
#define SOCKDRIFT_CORE_PLAN_PROGRAM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/limits.h"
#include "core/plan/operation.h"

namespace sockdrift {

struct Axis {
  std::string name;                 // "a.addr"
  std::vector<std::string> values;  // the values' names, in the plan's order
};

// A scalar: the same in every cell, or one text for each combination of the
// values of the axes that it depends on.
struct Scalar {
  // Indices into Program::axes, ascending; empty for a constant.
  std::vector<uint8_t> axes;
  // One text for each combination, the last axis fastest; one for a constant.
  // nullopt is `unset`: the field, or the call, is left out.
  std::vector<std::optional<std::string>> texts;

  bool constant() const { return axes.empty(); }
  friend bool operator==(const Scalar&, const Scalar&) = default;
};

struct Field {
  FieldId id;
  Scalar value;
  friend bool operator==(const Field&, const Field&) = default;
};

// The step happens only where the axis has one of these values.
struct Guard {
  uint8_t axis;                  // index into Program::axes
  std::vector<uint16_t> values;  // indices into its values, ascending
  friend bool operator==(const Guard&, const Guard&) = default;
};

inline constexpr int16_t kNoObservation = -1;

struct Step {
  Operation operation;
  std::vector<Field> fields;             // ascending by id, those given only
  std::vector<Guard> guards;             // ascending by axis; all must hold
  int16_t observation = kNoObservation;  // index into Program::observations
  // Writes its observation only when it fails: a setsockopt that came from
  // the `options:` of an observed socket step.
  bool observe_failure_only = false;
  // Runs even where an earlier step on its socket failed.
  bool always = false;
  // kRepeat and kSample: how many of the steps that follow are its body.
  uint16_t body = 0;

  // The field's scalar, or null.
  const Scalar* Find(FieldId id) const;
  friend bool operator==(const Step&, const Step&) = default;
};

// What a namespace gets before the first step.
enum class SettingKind : uint8_t {
  kSysctl = 1,   // key "net.ipv6.bindv6only", value "1"
  kLink = 2,     // key "d1", value "dummy"
  kAddress = 3,  // key "lo", value "192.0.2.1/32"; one setting an address
  kName = 4,     // key: a host name, value: its address; the hosts file
  // Key "ipv4" or "ipv6", value "yes" or "no": whether the host speaks it,
  // where that is an axis' value.
  kFamily = 5,
};
struct Setting {
  SettingKind kind;
  std::string key;
  Scalar value;
  std::string host;  // which of the plan's hosts; empty where it has none
  friend bool operator==(const Setting&, const Setting&) = default;
};

// One network stack of a plan that has several.
struct Host {
  std::string name;
  // False: in no cell. Where it depends on axes these are true, and a Setting
  // kFamily says in which cells it is not.
  bool ipv4 = true;
  bool ipv6 = true;
  friend bool operator==(const Host&, const Host&) = default;
};

// A name for a fixed port (first == last) or a range, inclusive.
struct PortName {
  std::string name;
  uint16_t first;
  uint16_t last;
  friend bool operator==(const PortName&, const PortName&) = default;
};

enum class Isolation : uint8_t {
  kPlan = 1,  // one world for all cells, fresh ports for each
  kCell = 2,  // a fresh namespace for each cell
};

struct Program {
  Isolation isolation = Isolation::kPlan;
  bool long_running = false;  // `duration: long`
  uint8_t repeats = 2;        // 1 to kMaxRepeats
  uint32_t limit_ms = 5000;   // longest time of one cell, its waits included
  // Capabilities that the calls run with, such as "CAP_NET_BIND_SERVICE"; a
  // text may be "none" or unset.
  std::vector<Scalar> caps;
  std::vector<std::string> users;
  std::vector<Host> hosts;
  std::vector<PortName> ports;
  std::vector<Setting> settings;
  std::vector<Axis> axes;
  // Which combinations are no cells: raw indices (the last axis fastest),
  // ascending, as runs [first, first + count).
  struct Run {
    uint32_t first;
    uint32_t count;
    friend bool operator==(const Run&, const Run&) = default;
  };
  std::vector<Run> excluded;
  std::vector<std::string> observations;  // in the order of first appearance
  std::vector<Step> steps;
};

// The combinations of the axes' values that are not excluded.
// Precondition: the axes and the excluded runs are within the limits.
uint64_t CellCount(const Program& program);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_PLAN_PROGRAM_H_
