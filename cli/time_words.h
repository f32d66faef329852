// Times as a person writes them.
#ifndef SOCKDRIFT_CLI_TIME_WORDS_H_
#define SOCKDRIFT_CLI_TIME_WORDS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace sockdrift {

// "2026-11-20T12:00:05Z" and other times of RFC 3339, "2026-11-20" (its
// midnight, UTC), or how long before `now`: "90s", "15m", "2h", "7d".
// INVALID_ARGUMENT says what would be right.
absl::StatusOr<absl::Time> ParseTimeWords(absl::string_view text,
                                          absl::Time now);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_TIME_WORDS_H_
