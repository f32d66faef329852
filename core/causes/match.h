// Which known causes the cells of a comparison, or of one record, show. Pure:
// no file, no clock.
#ifndef SOCKDRIFT_CORE_CAUSES_MATCH_H_
#define SOCKDRIFT_CORE_CAUSES_MATCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/causes/cause.h"
#include "core/divergence/align.h"

namespace sockdrift {

enum class Side : uint8_t { kLeft, kRight };

// One host's record of a plan and what is known of that host.
struct HostEvidence {
  const ObservedRecord* observed = nullptr;
  const Facts* facts = nullptr;
};

// One cause, seen in some cells of one plan.
struct CauseMatch {
  const Cause* cause = nullptr;
  Side side = Side::kLeft;      // who shows it; kLeft where there is one record
  std::vector<uint32_t> cells;  // of the left program, ascending
  // Cells that would show it if it was everywhere: those of a comparison that
  // differ, or of one record that are DONE, where a symptom matches.
  size_t of = 0;
  // Whether the host's kernel is one that the cause names.
  bool kernel_named = true;
  std::string kernel;  // as KernelVersionOf
  // A fact that the cause asks for is not known of the host.
  bool given_unknown = false;

  bool sure() const { return kernel_named && !given_unknown; }
};

struct CauseMatches {
  std::vector<CauseMatch> found;  // most cells first
  // Cells that some cause covers, ascending; a cell may show several causes.
  std::vector<uint32_t> covered;
};

// A differing cell shows a cause where one of its symptoms matches the cell,
// one side answers what the symptom shows, and the other what others do. A
// host whose facts say that a `given:` is not met shows nothing, a setting that
// both have explains nothing, and a cause that names the other host's kernel
// alone is not it. A cause that does not name the host's kernel, or asks for a
// fact that is not known, still counts, and says so, unless causes without a
// doubt cover the same cells; without such a fact symptoms whose observations
// are globs say nothing.
CauseMatches MatchComparison(absl::Span<const Cause> causes,
                             absl::string_view plan, const HostEvidence& left,
                             const HostEvidence& right,
                             const Comparison& comparison);

// As above, over the DONE cells of one record, without another to compare: only
// causes that name the host's kernel and whose facts are known, as an outcome
// that a symptom shows is right in some of the cells that it matches. Symptoms
// that name their observations by globs say nothing here: what is
// there of itself and what is otherwise than elsewhere look alike.
CauseMatches MatchRecord(absl::Span<const Cause> causes, absl::string_view plan,
                         const HostEvidence& host);

// One cause over several plans.
struct CauseTotal {
  const Cause* cause = nullptr;
  Side side = Side::kLeft;
  size_t cells = 0;
  size_t of = 0;
  std::vector<std::string> plans;  // in the order of adding
  bool kernel_named = true;
  std::string kernel;
  bool given_unknown = false;

  bool sure() const { return kernel_named && !given_unknown; }
};

// Adds up the matches of a comparison's plans.
class CauseSummary {
 public:
  // `looked_at` cells were asked about: those that differ, of a comparison.
  void Add(absl::string_view plan, const CauseMatches& matches,
           size_t looked_at);

  // Causes whose kernel is named first, then most cells first.
  std::vector<CauseTotal> Totals() const;
  size_t covered() const { return covered_; }
  size_t uncovered() const { return looked_at_ - covered_; }

 private:
  std::vector<CauseTotal> totals_;
  size_t covered_ = 0;
  size_t looked_at_ = 0;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_CAUSES_MATCH_H_
