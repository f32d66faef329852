// Which texts can be the outcome of which operation.
#ifndef SOCKDRIFT_COMPILER_OUTCOME_WORDS_H_
#define SOCKDRIFT_COMPILER_OUTCOME_WORDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/plan/operation.h"

namespace sockdrift {

// Empty where `outcome` can be one of `operation`; else what would be right.
// `marks` are the classes of a wait_for, `sockets` the names of the plan.
std::string WhyNoOutcome(absl::string_view outcome, Operation operation,
                         const std::vector<std::string>& marks,
                         const std::vector<std::string>& sockets);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_OUTCOME_WORDS_H_
