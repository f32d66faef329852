// The claims as a screen, one of them in full, and all of them for scripts.
#ifndef SOCKDRIFT_CLI_CLAIMS_REPORT_H_
#define SOCKDRIFT_CLI_CLAIMS_REPORT_H_

#include <string>
#include <vector>

#include "cli/claims.h"
#include "cli/console.h"

namespace sockdrift {

// One screen of 50 lines and 120 columns for the built-in claims: two columns
// side by side, one below the other where the console is narrower than 100.
std::string ClaimsScreen(const Audit& audit,
                         const std::vector<JudgedClaim>& claims,
                         const Console& console);

// One claim with every expectation that names it and an example each.
std::string ClaimText(const JudgedClaim& claim, const Console& console);

// The document "sockdrift.claims/1" of docs/json.md.
std::string ClaimsJson(const Audit& audit,
                       const std::vector<JudgedClaim>& claims);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_CLAIMS_REPORT_H_
