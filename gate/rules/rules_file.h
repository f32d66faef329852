// A gate's rules from YAML, with all errors at once. docs/gate.md describes
// the file.
#ifndef SOCKDRIFT_GATE_RULES_RULES_FILE_H_
#define SOCKDRIFT_GATE_RULES_RULES_FILE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/gate/gate_rules.h"

namespace sockdrift {

// INVALID_ARGUMENT with one line for each mistake: `file`, line, column, what
// is wrong and what would be right. Unknown keys are mistakes: rules that are
// only half understood would judge only half.
absl::StatusOr<GateRules> ParseGateRules(absl::string_view yaml,
                                         absl::string_view file);

}  // namespace sockdrift

#endif  // SOCKDRIFT_GATE_RULES_RULES_FILE_H_
