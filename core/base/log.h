// What a daemon says of itself: one event a line on standard error, as
// `ts=… level=… msg="…" key=value`. Never a secret, never one line a cell.
#ifndef SOCKDRIFT_CORE_BASE_LOG_H_
#define SOCKDRIFT_CORE_BASE_LOG_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sockdrift {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// "debug", "info", "warning" or "error".
absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view name);

// Lines below this level are dropped; kInfo until set.
void SetLogLevel(LogLevel level);
// Where whole lines (without the newline) go instead of standard error; null
// restores that. For tests.
void SetLogSink(std::function<void(absl::string_view)> sink);

// Names and values; values are quoted where they need it.
using LogFields =
    absl::Span<const std::pair<absl::string_view, absl::string_view>>;

void Log(LogLevel level, absl::string_view message, LogFields fields = {});

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_BASE_LOG_H_
