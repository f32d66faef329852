// A gate's rules from YAML, with all errors at once. docs/gate.md describes
// the file.
#ifndef SOCKDRIFT_GATE_RULES_RULES_FILE_H_
#define SOCKDRIFT_GATE_RULES_RULES_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/gate/gate_rules.h"

namespace sockdrift {

// A gate as a file describes it: its rules and, for a controller, what it
// judges. The same file serves both.
struct GateFile {
  GateRules rules;
  // "baseline:NAME", "host:NAME" or "selector:…"; empty where the file leaves
  // them to the command line.
  std::vector<std::string> baseline;
  std::string candidates;  // a selector
  // Whether divergent cells are run again before the verdict, and how long
  // that may take.
  bool confirm = true;
  absl::Duration confirm_timeout = absl::Seconds(30);
  // What was measured longer ago does not count; infinite: whenever it was.
  absl::Duration max_age = absl::Hours(48);
};
absl::StatusOr<GateFile> ParseGateFile(absl::string_view yaml,
                                       absl::string_view file);

// The rules alone. INVALID_ARGUMENT with one line for each mistake: `file`,
// line, column, what is wrong and what would be right. Unknown keys are
// mistakes: rules that are only half understood would judge only half.
absl::StatusOr<GateRules> ParseGateRules(absl::string_view yaml,
                                         absl::string_view file);

}  // namespace sockdrift

#endif  // SOCKDRIFT_GATE_RULES_RULES_FILE_H_
