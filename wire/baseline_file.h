// A baseline: behaviours that were pinned under a name, as text for git. A
// change of one plan's behaviour is a change of that plan's lines and of no
// other. docs/baseline-file.md specifies the form.
#ifndef SOCKDRIFT_WIRE_BASELINE_FILE_H_
#define SOCKDRIFT_WIRE_BASELINE_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "wire/behaviour_file.h"

namespace sockdrift {

struct Baseline {
  std::string name;
  // What it was made of, in words: "run 3kq…", "hosts pool=prod".
  std::string source;
  absl::Time set;  // when, to the second
  BehaviourFile behaviours;
};

// 1 to 63 characters of [A-Za-z0-9._-], the first a letter or digit.
absl::Status CheckBaselineName(absl::string_view name);

// Whether the bytes begin as a baseline file does.
bool IsBaselineFile(absl::string_view bytes);

// The same text for the same content: hosts by name, plans by name, records by
// digest. INVALID_ARGUMENT where two hosts have one name; INTERNAL for an entry
// whose program is missing.
absl::StatusOr<std::string> EncodeBaseline(const Baseline& baseline);

// INVALID_ARGUMENT names the line and what is wrong there: every program,
// behaviour and record is held to its digest, so that a merge that went wrong
// is told. FAILED_PRECONDITION for another version. `what` begins the messages.
absl::StatusOr<Baseline> DecodeBaseline(absl::string_view text,
                                        absl::string_view what);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_BASELINE_FILE_H_
