// "Did you mean …?"
#ifndef SOCKDRIFT_CLI_SUGGEST_H_
#define SOCKDRIFT_CLI_SUGGEST_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sockdrift {

// Insertions, deletions, replacements and swaps of neighbours that make one
// text of the other.
size_t EditDistance(absl::string_view a, absl::string_view b);

// The candidate nearest to what was written, or empty when none is near: at
// most a third of the longer text away, or one that contains what was written.
std::string Nearest(absl::string_view written,
                    const std::vector<std::string>& candidates);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_SUGGEST_H_
