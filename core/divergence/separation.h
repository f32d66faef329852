// Facts that always change together among the hosts that were measured: where
// to measure next, so that they can be told apart.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_SEPARATION_H_
#define SOCKDRIFT_CORE_DIVERGENCE_SEPARATION_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/divergence/explain.h"
#include "core/plan/expectation.h"

namespace sockdrift {

// A host on which something could be run. A view: it owns nothing.
struct RunnableHost {
  absl::string_view id;
  const Facts* facts = nullptr;
};

// Whether a fresh world could be given another value of the fact: a network
// sysctl. Whether the host's kernel lets it is seen when it is tried.
bool CanBeSetInWorld(absl::string_view fact);

// What would tell the candidate's facts from those that always change with
// them: an experiment where one of them can be set, else one of the hosts where
// one holds without the other, else what such a host would have to be like. A
// clause without a full stop; empty where there is nothing to tell apart, or
// only one thing under several names (`kernel` and `kernel.release`).
std::string HowToSeparate(const Candidate& candidate,
                          absl::Span<const RunnableHost> hosts);

// Where a condition that no world can be given could be tried, in the same
// words: one of the hosts where it holds, or what a host would have to be like.
std::string WhereItHolds(const FactCondition& condition,
                         absl::Span<const RunnableHost> hosts);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_SEPARATION_H_
