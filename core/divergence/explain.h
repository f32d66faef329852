// Which facts separate a group of hosts from others. What is found here is a
// correlation over the hosts at hand and says so; an experiment may prove or
// refute it later.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_EXPLAIN_H_
#define SOCKDRIFT_CORE_DIVERGENCE_EXPLAIN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/divergence/group.h"
#include "core/plan/expectation.h"

namespace sockdrift {

// What stands for the value of a fact that is not known of a host.
inline constexpr char kUnknownFact[] = "(not known)";

// Whether the condition holds on a host, kUnknownFact being the value of a fact
// that it lacks. An unknown fact is neither below nor above anything.
bool HoldsOn(const FactCondition& condition, const Facts& facts);

enum class Evidence : uint8_t {
  kCorrelation = 1,
  kProven = 2,   // the behaviour followed the setting in an experiment
  kRefuted = 3,  // it did not
  kPartly = 4,   // it did in some of the cells, or on one side only
};
// "correlation", "proven", "refuted", "partly".
absl::string_view EvidenceName(Evidence evidence);

// How the terms of a candidate are joined.
enum class Join : uint8_t { kAll = 1, kAny = 2 };

// "These facts are so on the hosts of the group, and not on the others."
struct Candidate {
  std::vector<FactCondition> terms;  // one to three, of different facts
  Join join = Join::kAll;            // of several terms
  // Conditions on other facts, each of which holds on exactly the same hosts as
  // one of the terms. They always change together here: nothing separates them.
  std::vector<FactCondition> inseparable;
  // Which of the terms each of them goes with: indices of `terms`.
  std::vector<size_t> inseparable_from;
  // Others have as many hosts on the wrong side and as many terms: only what
  // bears more on sockets puts one before the other.
  bool tied = false;
  size_t covered = 0;     // hosts of the group where it holds
  size_t group_size = 0;  // hosts of the group
  size_t exceptions = 0;  // other hosts where it holds as well
  size_t others = 0;      // other hosts
  Evidence evidence = Evidence::kCorrelation;

  size_t errors() const { return group_size - covered + exceptions; }
  bool separates() const { return covered == group_size && exceptions == 0; }
};

struct ExplainOptions {
  size_t max_candidates = 5;
  size_t max_terms = 3;
};

// The candidates for `group` against `others` (indices of `facts`), best first:
// fewest hosts on the wrong side, then fewest terms, then what bears most on
// sockets (fact_relevance.h). Pairs and threes appear only where they are
// better than every simpler one, and where one separates without exception,
// only such are given. Empty where no fact says more than guessing
// would. Deterministic.
std::vector<Candidate> ExplainHosts(absl::Span<const Facts* const> facts,
                                    absl::Span<const size_t> group,
                                    absl::Span<const size_t> others,
                                    const ExplainOptions& options = {});

struct GroupExplanation {
  std::vector<Candidate> against_rest;  // all hosts of other groups
  // Empty for the majority itself, and where there are only two groups (then it
  // would be the same).
  std::vector<Candidate> against_majority;
};

// One explanation a group, in the order of groups. `facts` has one entry a host
// that was grouped, in the same order; undecided hosts are left aside.
std::vector<GroupExplanation> Explain(absl::Span<const Facts* const> facts,
                                      const Grouping& grouping,
                                      const ExplainOptions& options = {});

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_EXPLAIN_H_
