// How a cell's outcomes are held against the conditions of an expectation.
#ifndef SOCKDRIFT_CORE_PLAN_OUTCOME_CONDITION_H_
#define SOCKDRIFT_CORE_PLAN_OUTCOME_CONDITION_H_

#include <cstdint>
#include <vector>

#include "core/behaviour/record.h"
#include "core/plan/expectation.h"

namespace sockdrift {

// Whether the cell's outcome is as the condition says. Whether the cell is
// DONE is not asked.
bool IsMet(const OutcomeCondition& condition, const Record& record,
           uint32_t cell);

bool AllMet(const std::vector<OutcomeCondition>& conditions,
            const Record& record, uint32_t cell);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_PLAN_OUTCOME_CONDITION_H_
