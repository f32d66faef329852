#include "cli/claim_choice.h"

#include "absl/strings/str_cat.h"
#include "cli/claims_report.h"
#include "cli/suggest.h"

namespace sockdrift {
namespace {

bool Names(const CompiledPlan& plan, const std::string& claim) {
  for (const Expectation& expectation : plan.expectations) {
    for (const ClaimReference& reference : expectation.claims) {
      if (reference.id == claim) return true;
    }
  }
  return false;
}

}  // namespace

void AddClaimOptions(CLI::App& command, ClaimChoice& choice) {
  command.add_flag("--claims", choice.all,
                   "the verdict on each claim, on one screen");
  command
      .add_option("--claim", choice.claim,
                  "one claim in full: every expectation that names it, with "
                  "examples; runs the plans that speak of it")
      ->option_text("ID");
}

absl::Status KeepPlansOf(const ClaimChoice& choice, const ClaimBook& book,
                         ChosenPlans& plans) {
  const std::string& claim = choice.claim;
  if (claim.empty()) return absl::OkStatus();
  bool known = book.Find(claim) != nullptr;
  for (const CompiledPlan& plan : plans.left_out) known |= Names(plan, claim);
  std::erase_if(plans.plans,
                [&](const CompiledPlan& plan) { return !Names(plan, claim); });
  if (known || !plans.plans.empty()) return absl::OkStatus();
  std::vector<std::string> ids;
  for (const auto& [id, text] : book.claims()) ids.push_back(id);
  const std::string nearest = Nearest(claim, ids);
  return absl::NotFoundError(absl::StrCat(
      "there is no claim '", claim, "'",
      nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?"),
      "\n  'sockdrift audit --claims' lists them"));
}

std::vector<JudgedClaim> ClaimsOf(const Audit& audit, const ClaimBook& book,
                                  const ChosenPlans& plans,
                                  const ClaimChoice& choice) {
  std::vector<JudgedClaim> claims = JudgeClaims(audit, book, plans.left_out);
  if (!choice.claim.empty()) {
    std::erase_if(claims, [&](const JudgedClaim& claim) {
      return claim.id != choice.claim;
    });
  }
  return claims;
}

std::string ClaimsIn(OutputFormat format, const Audit& audit,
                     const std::vector<JudgedClaim>& claims,
                     const ClaimChoice& choice, const Console& console) {
  if (format == OutputFormat::kJson) return ClaimsJson(audit, claims);
  return choice.claim.empty() ? ClaimsScreen(audit, claims, console)
                              : ClaimText(claims.front(), console);
}

}  // namespace sockdrift
