// What no program says, in one place: the operations, and why not.
#ifndef SOCKDRIFT_REPRODUCE_LIMITS_H_
#define SOCKDRIFT_REPRODUCE_LIMITS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sockdrift {

enum class Limit {
  kProcessInLoop,
  kUntilAroundLoop,
  kUserWithRights,
  kDialToSocketsPort,
};

struct LimitText {
  Limit limit;
  absl::string_view what;  // with the operation in backquotes
  absl::string_view why;
};

absl::Span<const LimitText> Limits();

// UNIMPLEMENTED with both texts.
absl::Status CannotSay(Limit limit);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_LIMITS_H_
