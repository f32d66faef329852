// What separates the groups of a plan, as it travels to an operator.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_EXPLANATION_PROTO_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_EXPLANATION_PROTO_H_

#include <vector>

#include "controller/analysis/plan_groups.h"
#include "core/divergence/explain.h"
#include "core/divergence/separation.h"
#include "sockdrift/v1/analysis.pb.h"

namespace sockdrift {

// The candidates of one group.
struct ExplainedGroup {
  // Against all other hosts; where no fact separates it from them, against the
  // first group.
  std::vector<Candidate> candidates;
  bool first_group_only = false;
  std::string reason;  // why there is none
};

// One entry a group. A group that differs from the first one in no cell, only
// in what could be tested, is explained by nothing.
std::vector<ExplainedGroup> ExplainGroups(const PlanGroups& groups);

// The hosts of the fleet that have an agent and known facts, connected ones
// first. They live as long as `groups`.
std::vector<RunnableHost> RunnableHosts(const PlanGroups& groups);

void WriteExplanations(const PlanGroups& groups, v1::PlanAnalysis& out);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_EXPLANATION_PROTO_H_
