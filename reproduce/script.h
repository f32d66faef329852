// One cell as the writers of programs need it: its steps, and what they name,
// with the names that variables of C and Python can have.
#ifndef SOCKDRIFT_REPRODUCE_SCRIPT_H_
#define SOCKDRIFT_REPRODUCE_SCRIPT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/plan/cell_steps.h"
#include "core/plan/program.h"

namespace sockdrift {

// A port that the program chooses for itself.
struct ScriptPort {
  std::string symbol;    // "A.low"
  std::string variable;  // "A_low"
  std::string klass;     // "any", "low", "ephemeral", "nodeport"
};

struct ScriptSocket {
  std::string name;      // "s", without a round
  std::string variable;  // "s"
  // Made in the rounds of a repeat: variable[1] to variable[rounds]; 0: in
  // none.
  int64_t rounds = 0;
  bool used = false;  // some step is made on it, or goes to its port
};

struct ScriptSetting {
  SettingKind kind;
  std::string key;
  std::string value;
  std::string host;
};

struct ScriptHost {
  std::string name;
  bool ipv4 = true;
  bool ipv6 = true;
};

struct Script {
  const Program* program = nullptr;
  std::vector<CellStep> steps;
  std::vector<ScriptPort> ports;      // in the order of their first use
  std::vector<uint16_t> fixed_ports;  // numbers that the plan names anywhere
  std::vector<ScriptSocket> sockets;  // in the order in which they are made
  std::vector<std::string> senders;   // names of sockets that send them
  bool sends_data = false;            // some send something else
  std::vector<std::string> faced;     // sockets whose other end is asked for
  std::vector<std::string> processes;
  std::vector<std::string> lists;  // what resolve steps make
  std::vector<std::string> caps;
  std::vector<ScriptSetting> settings;
  std::vector<ScriptHost> hosts;
  bool names_users = false;
  bool has_must = false;
  bool looks_up = false;
  bool changes_world = false;  // in mid-cell
  // It needs a network namespace of its own: something of it is set or changed.
  bool own_namespace = false;

  const ScriptSocket* FindSocket(absl::string_view name) const;
  bool Faces(absl::string_view socket) const;
};

// UNIMPLEMENTED for what no program can say; the message names the operation.
absl::StatusOr<Script> ScriptOf(const Program& program,
                                absl::Span<const uint16_t> coordinate);

// The name as one that C and Python take for a variable, and that no call of
// the programs has.
std::string VariableOf(absl::string_view name);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_SCRIPT_H_
