// Which differing cells of which hosts acknowledgements mean.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGE_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "controller/analysis/acknowledgement.h"
#include "controller/analysis/plan_groups.h"

namespace sockdrift {

// What one acknowledgement means in each group; nothing of groups in which it
// means no cell or no host. Whether it has expired changes nothing.
std::vector<AcknowledgedCells> MeaningOf(
    const StandingAcknowledgement& acknowledgement, const PlanGroups& groups);

// Fills `acknowledged`, `open` and each host's `acknowledged_cells`.
void Acknowledge(absl::Span<const StandingAcknowledgement> standing,
                 PlanGroups& groups);

// The same after the comparisons lost differing cells: what is acknowledged
// loses them too.
void FollowComparisons(PlanGroups& groups);

// What one acknowledgement comes to over plans.
struct AcknowledgementReach {
  size_t cells = 0;
  std::set<std::string> hosts;

  // `meant` is of one acknowledgement in one plan.
  void Add(absl::Span<const AcknowledgedCells> meant, const PlanGroups& groups);
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGE_H_
