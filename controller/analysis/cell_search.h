// A query over cells, asked of the fleet.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_CELL_SEARCH_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_CELL_SEARCH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/analysis/plan_groups.h"
#include "sockdrift/v1/fleet_service.pb.h"

namespace sockdrift {

// Leaves the differences that meet the query, and plans that have any. What it
// says of hosts and facts must hold of some host of the two groups. Returns how
// many compared cells meet it. INVALID_ARGUMENT for a query that does not parse
// or names what there is not.
absl::StatusOr<int64_t> NarrowGroups(const std::string& where,
                                     std::vector<PlanGroups>& plans);

// As fleet_service.proto says of ListCells, of plans that were selected.
absl::StatusOr<v1::ListCellsResponse> FindCells(
    const std::string& where, int limit, const std::vector<PlanGroups>& plans);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_CELL_SEARCH_H_
