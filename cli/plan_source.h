// Plans from where the user says: the catalogue compiled into this program, a
// folder, or single files.
#ifndef SOCKDRIFT_CLI_PLAN_SOURCE_H_
#define SOCKDRIFT_CLI_PLAN_SOURCE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "compiler/compile.h"

namespace sockdrift {

// A plan's text, not compiled yet.
struct PlanText {
  std::string file;  // its name in messages
  std::string yaml;
};

// Whether this names a file rather than a plan: it holds a / or ends in .yaml.
bool LooksLikePlanFile(const std::string& wanted);

// A file's text; NOT_FOUND, PERMISSION_DENIED or INVALID_ARGUMENT (a folder, or
// larger than a plan can be).
absl::StatusOr<PlanText> ReadPlanFile(const std::string& path);

struct PlanSelection {
  // Names or files; empty: all that there are.
  std::vector<std::string> wanted;
  // A folder to take instead of the catalogue; empty: the catalogue.
  std::string folder;
};

// The plans in the order of the selection, all others by name; each once.
// INVALID_ARGUMENT with every diagnostic of every plan that does not compile;
// NOT_FOUND for an unknown name, suggesting the nearest.
absl::StatusOr<std::vector<CompiledPlan>> LoadPlans(
    const PlanSelection& selection);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_PLAN_SOURCE_H_
