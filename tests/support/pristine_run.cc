#include "tests/support/pristine_run.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agent/facts/facts.h"
#include "agent/supervise/supervise.h"
#include "agent/worlds/pristine.h"
#include "core/base/status_macros.h"

namespace sockdrift::testing {
namespace {

// A pristine world has the kernel's defaults whatever this host is set to.
Facts PristineFacts(const std::map<std::string, std::string>& sysctls) {
  Facts facts = ReadFacts({});
  for (const auto& [name, value] : PristineSysctls()) {
    const auto fact = facts.find(absl::StrReplaceAll(name, {{"/", "."}}));
    if (fact != facts.end()) fact->second = value;
  }
  for (const auto& [name, value] : sysctls) facts[name] = value;
  return facts;
}

}  // namespace

absl::StatusOr<Measured> MeasurePristine(const CompiledPlan& plan,
                                         const PristineOptions& options) {
  Job job;
  job.plan = plan.name;
  job.program = plan.program;
  job.world = World::kPristine;
  job.overrides = options.sysctls;
  job.shuffle_seed = options.shuffle_seed;
  job.cells = options.cells;
  SOCKDRIFT_ASSIGN_OR_RETURN(ProbeResult result, RunJob(job, {}));
  if (result.end != ProbeEnd::kFinished) {
    return absl::InternalError(absl::StrCat(
        plan.name, ": ", ProbeEndName(result.end), ": ", result.message));
  }
  return Measured{std::move(result.record), PristineFacts(options.sysctls)};
}

}  // namespace sockdrift::testing
