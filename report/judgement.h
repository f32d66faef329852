// What the expectations of the catalogue say of each profile of a report.
#ifndef SOCKDRIFT_REPORT_JUDGEMENT_H_
#define SOCKDRIFT_REPORT_JUDGEMENT_H_

#include <vector>

#include "report/claims.h"
#include "report/plan_sheet.h"
#include "report/profiles.h"

namespace sockdrift {

// Of one profile, by its first host that has a record of the plan.
struct Judgement {
  // Of each sheet, one an expectation; empty where the catalogue does not have
  // the sheet's program or the profile has no record.
  std::vector<std::vector<Finding>> findings;
  std::vector<JudgedClaim> claims;
};

// `plans` has the catalogue's plan of each sheet, or null. Everything must
// outlive what is answered.
Judgement JudgeProfile(const Profile& profile,
                       absl::Span<const PlanSheet> sheets,
                       absl::Span<const CompiledPlan* const> plans,
                       absl::Span<const Facts* const> facts,
                       const ClaimBook& book);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPORT_JUDGEMENT_H_
