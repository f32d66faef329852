#include "core/base/log.h"

#include <unistd.h>

#include <atomic>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"

namespace sockdrift {
namespace {

std::atomic<LogLevel> lowest{LogLevel::kInfo};

struct Sink {
  Mutex mutex;
  std::function<void(absl::string_view)> write ABSL_GUARDED_BY(mutex);
};

// Never freed: threads may log while the process ends.
Sink& TheSink() {
  static Sink* const sink = new Sink;
  return *sink;
}

absl::string_view NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "unknown";
}

std::string Quoted(absl::string_view value) {
  bool plain = !value.empty();
  for (const char c : value) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) {
      plain = false;
    }
  }
  if (plain) return std::string(value);
  return absl::StrCat("\"", absl::Utf8SafeCEscape(value), "\"");
}

}  // namespace

absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view name) {
  for (const LogLevel level : {LogLevel::kDebug, LogLevel::kInfo,
                               LogLevel::kWarning, LogLevel::kError}) {
    if (NameOf(level) == name) return level;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("no log level is called \"", name,
                   "\"; there are debug, info, warning and error"));
}

void SetLogLevel(LogLevel level) { lowest = level; }

void SetLogSink(std::function<void(absl::string_view)> sink) {
  MutexLock lock(&TheSink().mutex);
  TheSink().write = std::move(sink);
}

void Log(LogLevel level, absl::string_view message, LogFields fields) {
  if (level < lowest) return;
  std::string line =
      absl::StrCat("ts=",
                   absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(),
                                    absl::UTCTimeZone()),
                   " level=", NameOf(level), " msg=", Quoted(message));
  for (const auto& [name, value] : fields) {
    absl::StrAppend(&line, " ", name, "=", Quoted(value));
  }
  Sink& sink = TheSink();
  MutexLock lock(&sink.mutex);
  if (sink.write) {
    sink.write(line);
    return;
  }
  line += '\n';
  // One write, so that lines of several processes on one pipe stay whole. A
  // log that cannot be written has nowhere to say so.
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace sockdrift
