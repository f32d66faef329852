// One candidate's record of a plan against those of the baseline's hosts.
#ifndef SOCKDRIFT_CORE_GATE_PLAN_COMPARISON_H_
#define SOCKDRIFT_CORE_GATE_PLAN_COMPARISON_H_

#include <vector>

#include "core/gate/judge.h"

namespace sockdrift {

// The baseline's records of one plan in one world.
struct PlanBaseline {
  std::string plan;
  World world = World::kReplica;
  struct Member {
    size_t host = 0;  // index into the baseline
    const ObservedRecord* observed = nullptr;
    // By cell of its program; kIgnore where the cell does not count.
    std::vector<Severity> severity;
  };
  std::vector<Member> members;

  // Cells that count and are DONE, over all members.
  size_t CountingCells() const;
};

std::vector<Severity> SeveritiesOf(const GateRecord& record,
                                   const GateRules& rules);

struct PlanComparison {
  PlanResult result;                    // without its host
  std::vector<Divergence> divergences;  // without hosts
  std::vector<Gap> gaps;                // without hosts
};

// Adds to `waivers`, which has one entry for each of the rules', the divergent
// cells that each one matched.
PlanComparison ComparePlan(const PlanBaseline& baseline,
                           const ObservedRecord& candidate,
                           const GateRules& rules,
                           std::vector<WaiverUse>& waivers);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_GATE_PLAN_COMPARISON_H_
