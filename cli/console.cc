#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/divergence/render.h"

namespace sockdrift {
namespace {

bool NoColor() {
  const char* no_color = getenv("NO_COLOR");
  if (no_color != nullptr && no_color[0] != '\0') return true;
  const char* term = getenv("TERM");
  return term != nullptr && absl::string_view(term) == "dumb";
}

size_t TerminalWidth(int fd, size_t otherwise) {
  size_t columns = 0;
  const char* text = getenv("COLUMNS");
  if (text != nullptr && absl::SimpleAtoi(text, &columns) && columns >= 20) {
    return columns;
  }
  struct winsize size = {};
  if (isatty(fd) == 0) return otherwise;
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
  return size.ws_col;
}

absl::string_view CodeOf(Paint paint) {
  switch (paint) {
    case Paint::kNone:
      return "";
    case Paint::kBold:
      return "\033[1m";
    case Paint::kDim:
      return "\033[2m";
    case Paint::kGood:
      return "\033[32m";
    case Paint::kBad:
      return "\033[31m";
    case Paint::kDoubtful:
      return "\033[33m";
  }
  return "";
}

bool StartsCodePoint(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

void Write(absl::string_view text, FILE* stream) {
  fwrite(text.data(), 1, text.size(), stream);
}

}  // namespace

Console::Console(ColorWhen color)
    : live_(isatty(STDERR_FILENO) != 0),
      width_(TerminalWidth(STDOUT_FILENO, kUnbounded)),
      error_width_(TerminalWidth(STDERR_FILENO, 80)) {
  color_ =
      color == ColorWhen::kAlways ||
      (color == ColorWhen::kAuto && isatty(STDOUT_FILENO) != 0 && !NoColor());
}

void Console::Data(absl::string_view text) {
  Progress("");
  Write(text, stdout);
}

void Console::Note(absl::string_view text) {
  Progress("");
  Write(absl::StrCat("sockdrift: ", text, "\n"), stderr);
}

void Console::Error(absl::string_view text) {
  Progress("");
  Write(absl::StrCat("sockdrift: error: ", text, "\n"), stderr);
}

void Console::Progress(absl::string_view text) {
  if (!live_) return;
  if (text.empty() && !progress_shown_) return;
  Write(absl::StrCat("\r\033[K", CutTo(text, error_width_ - 1)), stderr);
  fflush(stderr);
  progress_shown_ = !text.empty();
}

std::string Console::Painted(absl::string_view text, Paint paint) const {
  if (!color_ || paint == Paint::kNone || text.empty()) {
    return std::string(text);
  }
  return absl::StrCat(CodeOf(paint), text, "\033[0m");
}

absl::Status Console::Flush() {
  if (fflush(stdout) == 0 && ferror(stdout) == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(
      errno, "standard output could not be written; the answer is incomplete");
}

size_t DisplayWidth(absl::string_view text) {
  size_t width = 0;
  for (char c : text) width += StartsCodePoint(c) ? 1 : 0;
  return width;
}

std::string CutTo(absl::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  size_t columns = 0;
  size_t end = 0;
  while (end < text.size()) {
    if (StartsCodePoint(text[end]) && columns++ == width - 1) break;
    ++end;
  }
  return absl::StrCat(text.substr(0, end), "…");
}

std::string Wrapped(absl::string_view text, size_t width,
                    absl::string_view indent) {
  std::string result;
  size_t column = 0;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    const size_t size = DisplayWidth(word);
    if (column > 0 && column + 1 + size > width) {
      absl::StrAppend(&result, "\n", indent);
      column = 0;
    } else if (column > 0) {
      result += ' ';
      ++column;
    }
    absl::StrAppend(&result, word);
    column += size;
  }
  return result;
}

}  // namespace sockdrift
