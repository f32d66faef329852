// `observe:` of a step: the name under which its outcome is noted.
#ifndef SOCKDRIFT_COMPILER_STEP_OBSERVATIONS_H_
#define SOCKDRIFT_COMPILER_STEP_OBSERVATIONS_H_

#include "absl/strings/string_view.h"
#include "compiler/plan_context.h"
#include "compiler/step_rules.h"
#include "compiler/yaml_tree.h"
#include "core/plan/program.h"

namespace sockdrift {

// Letters, digits, '.', '_' and '-', a letter first.
bool IsObservationName(absl::string_view name);

// Gives the step the observation that `node` names. Reports a name that is
// none or is taken in one of the step's cells, and a step that cannot be
// observed there. `step.guards` must be final.
void Observe(const YamlNode& node, const LoopsAround& around, Step& step,
             PlanContext& context);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_STEP_OBSERVATIONS_H_
