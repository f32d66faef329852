#include "compiler/catalogue.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace sockdrift {

absl::StatusOr<std::vector<CompiledPlan>> Catalogue() {
  std::vector<CompiledPlan> plans;
  for (const EmbeddedPlan& embedded : EmbeddedPlans()) {
    CompileResult result = CompilePlan(embedded.yaml, embedded.path);
    if (!result.ok()) {
      return absl::InternalError(absl::StrCat(
          "a plan of this build does not compile:\n",
          absl::StrJoin(result.diagnostics, "\n",
                        [](std::string* out, const Diagnostic& diagnostic) {
                          absl::StrAppend(out, diagnostic.ToString());
                        })));
    }
    plans.push_back(std::move(result.plan));
  }
  std::sort(plans.begin(), plans.end(),
            [](const CompiledPlan& a, const CompiledPlan& b) {
              return a.name < b.name;
            });
  return plans;
}

}  // namespace sockdrift
