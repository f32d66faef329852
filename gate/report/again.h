// What became of divergent cells that were run again, wherever that was: a
// cell that does the same again diverges, one that does something else is
// UNSTABLE.
#ifndef SOCKDRIFT_GATE_REPORT_AGAIN_H_
#define SOCKDRIFT_GATE_REPORT_AGAIN_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/behaviour/record.h"

namespace sockdrift {

class AgainTally {
 public:
  // Counts what became of these cells of `before`. The answer is the record in
  // which those that did something else are UNSTABLE; nullopt where none did.
  // Both records are of one program.
  std::optional<Record> Compare(const std::string& host, const Record& before,
                                const Record& again,
                                const std::vector<uint32_t>& cells);
  // They could not be run again.
  void NotRun(const std::string& host, const std::string& why, size_t cells);

  // In lines; none where no cell was counted. `how` says how they were run.
  std::vector<std::string> Lines(absl::string_view how) const;

 private:
  size_t asked_ = 0;
  size_t repeated_ = 0;
  size_t changed_ = 0;
  std::map<std::string, size_t> not_again_;  // host and reason, to cells
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_GATE_REPORT_AGAIN_H_
