// A record as lines of text: what cells showed, each way once under a short
// code, and which cells showed what. Codes come from what they stand for, so
// that a new way to behave renames no other.
#ifndef SOCKDRIFT_WIRE_RECORD_TEXT_H_
#define SOCKDRIFT_WIRE_RECORD_TEXT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/behaviour/record.h"
#include "core/plan/program.h"

namespace sockdrift {

// Backslash, control characters and blanks escaped; never empty.
std::string EscapeWord(absl::string_view text);
// The same, but with its blanks: for what ends a line.
std::string EscapeLine(absl::string_view text);
absl::StatusOr<std::string> Unescape(absl::string_view text);

// Lines "kind CODE …" and "cells FIRST …".
std::vector<std::string> RecordLines(const Record& record,
                                     const Program& program);

// Takes these lines, each without its first word, and gives the record, in
// canonical form. Errors are INVALID_ARGUMENT.
class RecordLineReader {
 public:
  // `program` must outlive the reader.
  explicit RecordLineReader(const Program& program);

  absl::Status Kind(absl::string_view rest);
  absl::Status Cells(absl::string_view rest);
  absl::StatusOr<Record> Finish() &&;

 private:
  struct KindOfCell {
    CellStatus status = CellStatus::kDone;
    uint32_t reason = 0;
    std::vector<uint32_t> codes;  // one an observation
  };
  absl::Status ReadWord(absl::string_view word, KindOfCell& kind);
  absl::Status AddCells(uint64_t count, const KindOfCell& kind);

  const Program& program_;
  uint32_t size_ = 0;  // cells of the program
  Record record_;
  std::map<std::string, KindOfCell, std::less<>> kinds_;
  std::map<std::string, uint32_t> outcomes_;
  std::map<std::string, uint32_t> reasons_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_RECORD_TEXT_H_
