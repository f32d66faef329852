// The known causes among what was seen, as text and as JSON.
#ifndef SOCKDRIFT_GATE_REPORT_KNOWN_CAUSES_H_
#define SOCKDRIFT_GATE_REPORT_KNOWN_CAUSES_H_

#include <string>
#include <vector>

#include "core/causes/match.h"
#include "wire/json/json.h"

namespace sockdrift {

// Lines for a comparison, none wider than `width`; `sides` are the names of
// both:
//   known: A: 6.1.y lets …: 96 of 1,115 cells (cause-id)
//   without a known cause: 1,019 cells
// Empty where no cell differs. At most `most` lines, the last ones of which
// count what is left out.
std::vector<std::string> CauseLines(const CauseSummary& summary,
                                    const std::vector<std::string>& sides,
                                    size_t width, size_t most);

// Lines for one host: "known: 6.1.y lets …: in 96 cells (cause-id)".
std::vector<std::string> CauseLinesOfHost(const CauseSummary& summary,
                                          size_t width);

// The list `known_causes` of docs/json.md; `sides` are the names of both.
Json CausesJson(const CauseSummary& summary,
                const std::vector<std::string>& sides);

}  // namespace sockdrift

#endif  // SOCKDRIFT_GATE_REPORT_KNOWN_CAUSES_H_
