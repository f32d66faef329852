// What records say of each claim: over all expectations that name it.
#ifndef SOCKDRIFT_REPORT_CLAIMS_H_
#define SOCKDRIFT_REPORT_CLAIMS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "compiler/claims.h"
#include "compiler/compile.h"
#include "core/behaviour/record.h"
#include "core/plan/expectation.h"

namespace sockdrift {

// One plan as it was measured and judged. A view: it owns nothing.
struct JudgedPlan {
  const CompiledPlan* plan = nullptr;
  const Record* record = nullptr;
  // One an expectation of the plan, in their order.
  absl::Span<const Finding> findings;
  std::string refused;  // why its world was not given; else empty
};

// One expectation that names the claim.
struct ClaimSource {
  JudgedPlan plan;
  const Expectation* expectation = nullptr;
  bool negated = false;                   // it is written as `not B4`
  Verdict verdict = Verdict::kNotTested;  // of the claim, by this one alone
  std::vector<uint32_t> in_favour;        // cells, ascending
  std::vector<uint32_t> against;          // cells, ascending
  std::string why_not_tested;
  // Where it does not hold, one rule a text; of one that depends.
  std::vector<std::string> rules;
};

struct JudgedClaim {
  std::string id;
  const Claim* text = nullptr;  // null: nothing but its id is known
  std::vector<ClaimSource> sources;
  size_t in_favour = 0;  // cells, over all sources
  size_t against = 0;
  // Of one that depends: on what, in a few words.
  std::string depends_on;
  // Of one that could not be tested: why.
  std::string why_not_tested;

  Verdict verdict() const;
  // The short text, or the first expectation's sentence, or nothing.
  std::string Brief() const;
};

// Every claim of the book and every other that an expectation names, in the
// order of their ids. What the plans look at must outlive what is answered.
// `left_out` are plans that were not run because they take minutes.
std::vector<JudgedClaim> JudgeClaims(absl::Span<const JudgedPlan> plans,
                                     const ClaimBook& book,
                                     absl::Span<const CompiledPlan> left_out);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPORT_CLAIMS_H_
