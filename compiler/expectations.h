// `expect:` of a plan, compiled to checks over its cells.
#ifndef SOCKDRIFT_COMPILER_EXPECTATIONS_H_
#define SOCKDRIFT_COMPILER_EXPECTATIONS_H_

#include "compiler/plan_context.h"
#include "compiler/yaml_tree.h"
#include "core/plan/cells.h"

namespace sockdrift {

// Fills CompiledPlan::expectations. Needs the whole program; `cells` are its.
void ReadExpectations(const YamlNode& expect, const CellSpace& cells,
                      PlanContext& context);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_EXPECTATIONS_H_
