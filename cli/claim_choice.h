// Which claims an audit is asked about, and its answer.
#ifndef SOCKDRIFT_CLI_CLAIM_CHOICE_H_
#define SOCKDRIFT_CLI_CLAIM_CHOICE_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "cli/audit_options.h"
#include "cli/claims.h"
#include "cli/command.h"
#include "cli/console.h"

namespace sockdrift {

struct ClaimChoice {
  bool all = false;   // --claims
  std::string claim;  // --claim: an id; empty: all of them

  bool about_claims() const { return all || !claim.empty(); }
};

// --claims, --claim.
void AddClaimOptions(CLI::App& command, ClaimChoice& choice);

// Leaves the plans that speak of the claim, where one was named. NOT_FOUND for
// one that neither the book nor a plan knows.
absl::Status KeepPlansOf(const ClaimChoice& choice, const ClaimBook& book,
                         ChosenPlans& plans);

// What the audit says of the claims that were asked for. `plans` are those that
// it was to run.
std::vector<JudgedClaim> ClaimsOf(const Audit& audit, const ClaimBook& book,
                                  const ChosenPlans& plans,
                                  const ClaimChoice& choice);

// ClaimsOf, as a document or in text.
std::string ClaimsIn(OutputFormat format, const Audit& audit,
                     const std::vector<JudgedClaim>& claims,
                     const ClaimChoice& choice, const Console& console);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_CLAIM_CHOICE_H_
