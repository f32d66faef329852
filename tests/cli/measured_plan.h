// Audits made by hand, for tests of what reports them.
#ifndef SOCKDRIFT_TESTS_CLI_MEASURED_PLAN_H_
#define SOCKDRIFT_TESTS_CLI_MEASURED_PLAN_H_

#include <string>
#include <utility>

#include "cli/audit.h"
#include "cli/boot_audit.h"
#include "tests/support/programs.h"

namespace sockdrift::testing {

// Two binds, every cell of which was executed and ended so.
inline PlanAudit MeasuredPlan(const std::string& name,
                              absl::string_view outcome = "ok") {
  PlanAudit plan;
  plan.plan.name = name;
  plan.plan.program = BindPair();
  plan.probe.end = ProbeEnd::kFinished;
  plan.probe.record = Uniform(plan.plan.program, outcome);
  return plan;
}

inline BootedAudit Booted(const std::string& kernel, PlanAudit plan) {
  Audit audit;
  audit.host = kernel;
  audit.plans.push_back(std::move(plan));
  KernelPlace place;
  place.name = kernel;
  return {std::move(place), std::move(audit)};
}

inline BootedAudit DidNotBoot(const std::string& kernel) {
  KernelPlace place;
  place.name = kernel;
  return {std::move(place),
          absl::UnavailableError(kernel + " did not come up")};
}

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_CLI_MEASURED_PLAN_H_
