// What an audit says of each claim.
#ifndef SOCKDRIFT_CLI_CLAIMS_H_
#define SOCKDRIFT_CLI_CLAIMS_H_

#include <vector>

#include "absl/types/span.h"
#include "cli/audit.h"
#include "report/claims.h"

namespace sockdrift {

// As JudgeClaims of the audit's plans, which must outlive what is answered.
std::vector<JudgedClaim> JudgeClaims(const Audit& audit, const ClaimBook& book,
                                     absl::Span<const CompiledPlan> left_out);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_CLAIMS_H_
