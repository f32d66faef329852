// What the operation table cannot say: which fields go together, and where a
// step may stand.
#ifndef SOCKDRIFT_COMPILER_STEP_RULES_H_
#define SOCKDRIFT_COMPILER_STEP_RULES_H_

#include "compiler/plan_context.h"
#include "compiler/written_step.h"
#include "core/plan/program.h"

namespace sockdrift {

// What a step stands inside.
struct LoopsAround {
  bool sample = false;
  bool rounds = false;  // of a repeat over a list, which are written out
  int repeats = 0;
};

// A repeat or a sample.
bool IsLoop(Operation operation);

// Reports what is wrong with the step there. Its fields must be read.
void CheckRules(const WrittenStep& written, const Step& step,
                const LoopsAround& around, PlanContext& context);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_STEP_RULES_H_
