// Explanations and the experiments about them, brought together.
#ifndef SOCKDRIFT_CORE_PROOF_JUDGED_H_
#define SOCKDRIFT_CORE_PROOF_JUDGED_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "core/divergence/explain.h"
#include "core/proof/trial.h"

namespace sockdrift {

// What a candidate claims: its terms, or one of what always changes with them
// in a term's place.
struct Hypothesis {
  std::vector<FactCondition> terms;
  Join join = Join::kAll;
};
// A candidate's own terms first, then each replacement in its order.
std::vector<Hypothesis> HypothesesOf(const Candidate& candidate);

// Whether it holds on a host with these facts.
bool HoldsOn(const Hypothesis& hypothesis, const Facts& facts);

// Whether the experiment was about it: the same facts, and, where values were
// set, it holds with those of the group and not with the reference's.
bool IsAbout(const Proof& proof, const Hypothesis& hypothesis);

struct JudgedCandidate {
  Candidate candidate;
  const Proof* proof = nullptr;  // null: a correlation
};

// The candidates with what experiments showed of them: proven ones first, then
// what is open, refuted ones last. What always changes with a candidate's term
// and was tried by itself becomes a candidate of its own; where that is what
// was proven, it takes the candidate's place. `proofs` must outlive the answer.
std::vector<JudgedCandidate> JudgeCandidates(
    const std::vector<Candidate>& candidates, absl::Span<const Proof> proofs);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_PROOF_JUDGED_H_
