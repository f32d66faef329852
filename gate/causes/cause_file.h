// Known causes from YAML, with all errors at once, and those that came with
// this program. docs/causes.md describes a file.
#ifndef SOCKDRIFT_GATE_CAUSES_CAUSE_FILE_H_
#define SOCKDRIFT_GATE_CAUSES_CAUSE_FILE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/causes/cause.h"

namespace sockdrift {

// INVALID_ARGUMENT with one line for each mistake: `file`, line, column, what
// is wrong and what would be right.
absl::StatusOr<Cause> ParseCause(absl::string_view yaml,
                                 absl::string_view file);

struct EmbeddedCause {
  absl::string_view path;  // "causes/mapped-sockets-share-a-port.yaml"
  absl::string_view yaml;
};
// Those of causes/, in the order of their paths.
absl::Span<const EmbeddedCause> EmbeddedCauses();

// All of them, in the same order.
const std::vector<Cause>& BuiltInCauses();

}  // namespace sockdrift

#endif  // SOCKDRIFT_GATE_CAUSES_CAUSE_FILE_H_
