// Explanations as text, in the same voice everywhere.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_RENDER_EXPLANATION_H_
#define SOCKDRIFT_CORE_DIVERGENCE_RENDER_EXPLANATION_H_

#include <string>
#include <vector>

#include "core/divergence/explain.h"
#include "core/divergence/render.h"

namespace sockdrift {

// "net.ipv6.bindv6only = 1", "kernel.release < 6.2".
std::string RenderFactCondition(const FactCondition& condition);

// "net.ipv6.bindv6only = 1: on all 3 hosts of the group, on none of the 9
// others (correlation)". Several terms are joined with "and" or "or". Facts
// that cannot be told apart are named: "; always change together here, not
// separable: …". One line.
std::string RenderCandidate(const Candidate& candidate);

// The candidates, best first, wrapped; or the line that says that no fact
// separates the hosts.
std::vector<std::string> RenderCandidates(
    const std::vector<Candidate>& candidates, const RenderLimits& limits);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_RENDER_EXPLANATION_H_
