// Durations as plans write them, and the class that a measured one falls in.
#ifndef SOCKDRIFT_AGENT_ENGINE_DURATION_CLASS_H_
#define SOCKDRIFT_AGENT_ENGINE_DURATION_CLASS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sockdrift {

// "1500ms" or "60s", whole numbers: in milliseconds.
std::optional<int64_t> ParseMilliseconds(absl::string_view text);

// "60s,120s,500ms": each mark in milliseconds, in the order given.
std::optional<std::vector<int64_t>> ParseMarks(absl::string_view text);

// The index of the mark nearest to a measured time that lies no more than 2 %
// before and 10 % after it; -1 where there is none. A mark of 0 reaches to
// 100 ms: nothing takes no time at all.
int NearestMark(absl::Span<const int64_t> marks_ms, int64_t elapsed_ms);

// "60s" for whole seconds, "500ms" for others.
std::string MarkText(int64_t mark_ms);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_DURATION_CLASS_H_
