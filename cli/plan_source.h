// Plans from where the user says: the catalogue compiled into this program,
// folders beside it, or single files.
#ifndef SOCKDRIFT_CLI_PLAN_SOURCE_H_
#define SOCKDRIFT_CLI_PLAN_SOURCE_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "compiler/compile.h"
#include "compiler/plan_file.h"

namespace sockdrift {

// Whether this names a file rather than a plan: it holds a / or ends in .yaml.
bool LooksLikePlanFile(const std::string& wanted);

struct PlanSelection {
  // Names or files; empty: all that there are.
  std::vector<std::string> wanted;
  // Folders whose plans there are beside the catalogue's.
  std::vector<std::string> folders;
};

// The plans in the order of the selection, all others by name; each once.
// INVALID_ARGUMENT with every diagnostic of every plan that does not compile,
// or with both files of a name that stands twice; NOT_FOUND for an unknown
// name, suggesting the nearest.
absl::StatusOr<std::vector<CompiledPlan>> LoadPlans(
    const PlanSelection& selection);

// --plans DIR, which may be given several times.
void AddPlansFolderOption(CLI::App& command, std::vector<std::string>& folders);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_PLAN_SOURCE_H_
