// `recipes:` and `steps:` of a plan, as one flat list of steps: recipes are
// inlined, options become setsockopt steps.
#ifndef SOCKDRIFT_COMPILER_STEPS_H_
#define SOCKDRIFT_COMPILER_STEPS_H_

#include "compiler/plan_context.h"
#include "compiler/yaml_tree.h"

namespace sockdrift {

// Fills Program::steps and Program::observations and the context's sources.
// `recipes` may be null. Needs the axes, ports, hosts and users.
void ReadSteps(const YamlNode& steps, const YamlNode* recipes,
               PlanContext& context);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_STEPS_H_
