// The fields of one step: typed and canonical.
#ifndef SOCKDRIFT_COMPILER_STEP_FIELDS_H_
#define SOCKDRIFT_COMPILER_STEP_FIELDS_H_

#include "compiler/guards.h"
#include "compiler/plan_context.h"
#include "compiler/written_step.h"
#include "compiler/yaml_tree.h"
#include "core/plan/operation.h"
#include "core/plan/program.h"

namespace sockdrift {

// Reads the fields that `spec` and any step have into `step`, ascending by id.
// Required fields that are unset narrow `guards`, for that leaves the step
// out; false where no cell is left.
bool ReadFields(WrittenStep& written, const OperationSpec& spec, Step& step,
                Guards& guards, PlanContext& context);

// Narrows `guards` to the cells where the scalar is not unset. False where
// there is none left. Reports a scalar that no guards can express.
bool NarrowToSet(const Scalar& scalar, const YamlNode& where, Guards& guards,
                 PlanContext& context);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_STEP_FIELDS_H_
