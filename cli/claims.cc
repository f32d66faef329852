#include "cli/claims.h"

namespace sockdrift {

std::vector<JudgedClaim> JudgeClaims(const Audit& audit, const ClaimBook& book,
                                     absl::Span<const CompiledPlan> left_out) {
  std::vector<JudgedPlan> plans;
  for (const PlanAudit& plan : audit.plans) {
    const bool refused = plan.probe.end == ProbeEnd::kWorldRefused;
    plans.push_back({.plan = &plan.plan,
                     .record = &plan.probe.record,
                     .findings = plan.findings,
                     .refused = refused ? plan.probe.message : ""});
  }
  return JudgeClaims(plans, book, left_out);
}

}  // namespace sockdrift
