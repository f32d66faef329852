// Where a command's words go: data to standard output, progress, notes and
// errors to standard error, and whether colours and how many columns there are.
#ifndef SOCKDRIFT_CLI_CONSOLE_H_
#define SOCKDRIFT_CLI_CONSOLE_H_

#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

enum class ColorWhen { kAuto, kAlways, kNever };

enum class Paint { kNone, kBold, kDim, kGood, kBad, kDoubtful };

class Console {
 public:
  // Colours with kAuto: when standard output is a terminal, NO_COLOR is unset
  // or empty and TERM is not "dumb".
  explicit Console(ColorWhen color);

  // To standard output, as it is.
  void Data(absl::string_view text);
  // To standard error: "sockdrift: …".
  void Note(absl::string_view text);
  // To standard error: "sockdrift: error: …". A message of several lines keeps
  // its lines.
  void Error(absl::string_view text);
  void Error(const absl::Status& status) {
    Error(absl::string_view(status.message()));
  }
  // A line that the next one replaces. Only on a terminal; "" clears it.
  void Progress(absl::string_view text);
  bool live() const { return live_; }

  // The text between the codes for its paint; the text alone without colours.
  std::string Painted(absl::string_view text, Paint paint) const;

  // Columns of standard output: COLUMNS, else the terminal's, else (a pipe or
  // a file) kUnbounded.
  size_t width() const { return width_; }
  static constexpr size_t kUnbounded = 100000;

  // Whether all data have reached standard output so far.
  absl::Status Flush();

 private:
  bool color_ = false;
  bool live_ = false;
  bool progress_shown_ = false;
  size_t width_ = kUnbounded;
  size_t error_width_ = 80;
};

// Columns that a UTF-8 text takes: its code points.
size_t DisplayWidth(absl::string_view text);
// At most `width` columns of it, the last one an ellipsis where it was cut.
std::string CutTo(absl::string_view text, size_t width);
// Breaks at spaces into lines of at most `width` columns, not counting
// `indent`, with which every line but the first begins.
std::string Wrapped(absl::string_view text, size_t width,
                    absl::string_view indent);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_CONSOLE_H_
