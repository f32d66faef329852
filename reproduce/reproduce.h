// A cell as a program of its own: short, commented, with nothing of sockdrift
// in it, so that it can be run where sockdrift is not and stand in a bug
// report. It prints a line `name: outcome` for each observation, in the words
// that records have.
#ifndef SOCKDRIFT_REPRODUCE_REPRODUCE_H_
#define SOCKDRIFT_REPRODUCE_REPRODUCE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "core/plan/program.h"

namespace sockdrift {

enum class ProgramLanguage {
  kC,       // ISO C17 with the C library of Linux
  kPython,  // Python 3.8 or later, its standard library
  kStrace,  // no program: the calls as strace(1) prints them
};

// What a host showed in the cell.
struct RecordedCell {
  std::string where;                            // "host-a, Linux 6.1.0"
  std::map<std::string, std::string> outcomes;  // by observation
};

struct CellToReproduce {
  std::string plan;                  // its name
  std::string title = {};            // may be empty
  const Program* program = nullptr;  // must outlive the call
  uint32_t cell = 0;                 // its number
  std::optional<RecordedCell> recorded = {};
};

// The program's text. UNIMPLEMENTED where the language cannot say an operation
// of the cell; the message names it.
absl::StatusOr<std::string> Reproduce(const CellToReproduce& cell,
                                      ProgramLanguage language);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_REPRODUCE_H_
