// The gates' folder: one YAML file a gate.
#ifndef SOCKDRIFT_CONTROLLER_GATES_GATE_FILES_H_
#define SOCKDRIFT_CONTROLLER_GATES_GATE_FILES_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "gate/rules/rules_file.h"

namespace sockdrift {

struct GateDefinition {
  GateFile gate;
  std::string file;  // its path
};

// By the gates' names. Reads each FILE.yaml of the folder. What is wrong is
// told for all files at once (INVALID_ARGUMENT); then `gates` has the files
// that are right, and of each one that is not what it was in `gates` before.
absl::Status ReadGates(const std::string& folder,
                       std::map<std::string, GateDefinition>& gates);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_GATES_GATE_FILES_H_
