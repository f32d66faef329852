// Rules and explanations as text: the one place where their wording is made.
// All of it is UTF-8; widths are counted in code points.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_RENDER_H_
#define SOCKDRIFT_CORE_DIVERGENCE_RENDER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/divergence/align.h"
#include "core/divergence/fold.h"
#include "core/plan/program.h"

namespace sockdrift {

// "EADDRINUSE → ok" with its observation: "bind.b: EADDRINUSE → ok".
std::string RenderChange(const OutcomeChange& change, const Program& program);

// "b.addr.family = inet6", "a.reuse ∈ {none, addr}", "a.addr ≠ b.addr".
std::string RenderCondition(const CellCondition& condition,
                            const Program& program);

// "all 48 cells with b.addr.family = inet6 and a.reuse = none: bind.b:
// EADDRINUSE → ok; then listen.b: not-reached → ok (24)". One line.
std::string RenderRule(const Rule& rule, const Program& program);

// The same for a line that begins with the rule's `added` cells: "all with
// b.addr.family = inet6: …", or "all 60 with …" where rules before it tell some
// of them.
std::string RenderCountedRule(const Rule& rule, const Program& program);

// "48 of 10,800 compared cells differ; 12 only in the first; …". One line;
// says plainly when nothing could be compared.
std::string RenderSummary(const Comparison& comparison);

struct RenderLimits {
  size_t width = 120;
  size_t lines = 40;
};

// Each rule wrapped with a hanging indent. Where they take more lines than
// allowed, the last line counts the rules and cells that are left out.
std::vector<std::string> RenderRules(const std::vector<Rule>& rules,
                                     const Program& program,
                                     const RenderLimits& limits);

// Breaks a text at blanks; lines after the first are indented by `indent`.
std::vector<std::string> Wrap(const std::string& text, size_t width,
                              size_t indent);

// "10,800".
std::string WithCommas(uint64_t number);
// "1 cell", "2 cells".
std::string Counted(uint64_t number, absl::string_view singular,
                    absl::string_view plural);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_RENDER_H_
