// A comparison narrowed to the cells of a query.
#ifndef SOCKDRIFT_CORE_QUERY_NARROW_H_
#define SOCKDRIFT_CORE_QUERY_NARROW_H_

#include <cstddef>

#include "core/divergence/align.h"
#include "core/query/cell_query.h"

namespace sockdrift {

// Leaves the compared cells that the query asks about, and of those that differ
// the ones that meet it. Returns how many meet it, whether they differ or not.
// The sides' cells are not looked at. Precondition: MatchesPlan.
size_t NarrowComparison(const CellQuery& where, const QueriedSide& a,
                        const QueriedSide& b, Comparison& comparison);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_QUERY_NARROW_H_
