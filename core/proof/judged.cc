#include "core/proof/judged.h"

#include <algorithm>
#include <utility>

namespace sockdrift {
namespace {

bool Holds(const Hypothesis& hypothesis,
           const std::vector<TrialSetting>& settings,
           std::string TrialSetting::*value) {
  Facts facts;
  for (const TrialSetting& setting : settings) {
    facts[setting.sysctl] = setting.*value;
  }
  return HoldsOn(hypothesis, facts);
}

const Proof* Find(absl::Span<const Proof> proofs,
                  const Hypothesis& hypothesis) {
  const auto it = std::ranges::find_if(
      proofs, [&](const Proof& proof) { return IsAbout(proof, hypothesis); });
  return it == proofs.end() ? nullptr : &*it;
}

// Proven, then what is open, then refuted.
int Order(const Proof* proof) {
  if (proof == nullptr) return 1;
  switch (proof->verdict) {
    case ProofVerdict::kProven:
      return 0;
    case ProofVerdict::kPartly:
    case ProofVerdict::kUntested:
      return 1;
    case ProofVerdict::kRefuted:
      return 2;
  }
  return 1;
}

Evidence EvidenceOf(const Proof* proof) {
  if (proof == nullptr) return Evidence::kCorrelation;
  switch (proof->verdict) {
    case ProofVerdict::kProven:
      return Evidence::kProven;
    case ProofVerdict::kRefuted:
      return Evidence::kRefuted;
    case ProofVerdict::kPartly:
      return Evidence::kPartly;
    case ProofVerdict::kUntested:
      return Evidence::kCorrelation;
  }
  return Evidence::kCorrelation;
}

// A candidate as its hypotheses, each with what was shown of it.
class Split {
 public:
  Split(const Candidate& candidate, absl::Span<const Proof> proofs)
      : candidate_(candidate), hypotheses_(HypothesesOf(candidate)) {
    for (const Hypothesis& hypothesis : hypotheses_) {
      proofs_.push_back(Find(proofs, hypothesis));
    }
  }

  void AddTo(std::vector<JudgedCandidate>& judged) const {
    const size_t head = Head();
    JudgedCandidate first = Make(head);
    for (size_t i = 0; i < hypotheses_.size(); ++i) {
      if (i != head && proofs_[i] == nullptr) {
        AddAlias(i, head, first.candidate);
      }
    }
    judged.push_back(std::move(first));
    for (size_t i = 0; i < hypotheses_.size(); ++i) {
      if (i != head && proofs_[i] != nullptr) judged.push_back(Make(i));
    }
  }

 private:
  // The hypothesis that stands for all that nobody tried: the first of the
  // most credible ones.
  size_t Head() const {
    size_t head = 0;
    for (size_t i = 1; i < hypotheses_.size(); ++i) {
      if (Order(proofs_[i]) < Order(proofs_[head])) head = i;
    }
    return head;
  }

  JudgedCandidate Make(size_t hypothesis) const {
    JudgedCandidate made = {candidate_, proofs_[hypothesis]};
    made.candidate.terms = hypotheses_[hypothesis].terms;
    made.candidate.inseparable.clear();
    made.candidate.inseparable_from.clear();
    made.candidate.evidence = EvidenceOf(made.proof);
    return made;
  }

  // What was not tried still always changes with the head's terms.
  void AddAlias(size_t hypothesis, size_t head, Candidate& out) const {
    const std::vector<FactCondition>& terms = hypotheses_[hypothesis].terms;
    const std::vector<FactCondition>& shown = hypotheses_[head].terms;
    for (size_t i = 0; i < terms.size(); ++i) {
      if (terms[i].fact == shown[i].fact) continue;
      const bool known = std::ranges::any_of(
          out.inseparable,
          [&](const FactCondition& one) { return one.fact == terms[i].fact; });
      if (known) continue;
      out.inseparable.push_back(terms[i]);
      out.inseparable_from.push_back(i);
    }
  }

  const Candidate& candidate_;
  std::vector<Hypothesis> hypotheses_;
  std::vector<const Proof*> proofs_;  // one a hypothesis
};

}  // namespace

std::vector<Hypothesis> HypothesesOf(const Candidate& candidate) {
  std::vector<Hypothesis> hypotheses = {{candidate.terms, candidate.join}};
  for (size_t i = 0; i < candidate.inseparable.size(); ++i) {
    Hypothesis other = hypotheses[0];
    other.terms[candidate.inseparable_from[i]] = candidate.inseparable[i];
    hypotheses.push_back(std::move(other));
  }
  return hypotheses;
}

bool HoldsOn(const Hypothesis& hypothesis, const Facts& facts) {
  const auto holds = [&](const FactCondition& term) {
    return HoldsOn(term, facts);
  };
  return hypothesis.join == Join::kAll
             ? std::ranges::all_of(hypothesis.terms, holds)
             : std::ranges::any_of(hypothesis.terms, holds);
}

bool IsAbout(const Proof& proof, const Hypothesis& hypothesis) {
  std::vector<std::string> facts;
  for (const FactCondition& term : hypothesis.terms) {
    facts.push_back(term.fact);
  }
  std::ranges::sort(facts);
  const bool same = std::ranges::equal(
      facts, proof.settings, {}, {},
      [](const TrialSetting& setting) { return setting.sysctl; });
  if (!same || proof.verdict == ProofVerdict::kUntested) return same;
  return Holds(hypothesis, proof.settings, &TrialSetting::group_value) &&
         !Holds(hypothesis, proof.settings, &TrialSetting::reference_value);
}

std::vector<JudgedCandidate> JudgeCandidates(
    const std::vector<Candidate>& candidates, absl::Span<const Proof> proofs) {
  std::vector<JudgedCandidate> judged;
  for (const Candidate& candidate : candidates) {
    Split(candidate, proofs).AddTo(judged);
  }
  std::ranges::stable_sort(
      judged, {}, [](const JudgedCandidate& one) { return Order(one.proof); });
  for (JudgedCandidate& one : judged) {
    // What was tried is no longer merely as good as others.
    one.candidate.tied &= one.candidate.evidence == Evidence::kCorrelation;
  }
  return judged;
}

}  // namespace sockdrift
