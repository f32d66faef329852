// What several kernels say of the claims, beside each other.
#ifndef SOCKDRIFT_CLI_BOOT_CLAIMS_H_
#define SOCKDRIFT_CLI_BOOT_CLAIMS_H_

#include <string>
#include <vector>

#include "cli/boot_audit.h"
#include "cli/claim_choice.h"

namespace sockdrift {

// A row a claim and a column a kernel; of one claim, its text for each kernel.
// Of one kernel alone as of an audit. A kernel that gave no audit is left out.
// Precondition: the claims of `choice` were asked for.
std::string BootClaimsText(const std::vector<BootedAudit>& audits,
                           const ClaimBook& book, const ChosenPlans& plans,
                           const ClaimChoice& choice, const Console& console);
// The document "sockdrift.boot-claims/1" of docs/json.md; of one kernel alone
// "sockdrift.claims/1".
std::string BootClaimsJson(const std::vector<BootedAudit>& audits,
                           const ClaimBook& book, const ChosenPlans& plans,
                           const ClaimChoice& choice);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_BOOT_CLAIMS_H_
