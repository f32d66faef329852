// The names that a step speaks of and those that it makes: of sockets and
// processes, in the process that makes the step, of hosts, users and ports.
#ifndef SOCKDRIFT_COMPILER_STEP_NAMES_H_
#define SOCKDRIFT_COMPILER_STEP_NAMES_H_

#include <string>
#include <vector>

#include "compiler/plan_context.h"
#include "compiler/scope.h"
#include "compiler/written_step.h"
#include "core/plan/program.h"

namespace sockdrift {

// Checks the names that the fields speak of and notes those that they make.
// `step.guards` must be final.
void CheckNames(const WrittenStep& written, const Step& step,
                PlanContext& context);

// Gives the sockets of rounds that are written out the names that they have
// afterwards: "s[2]".
void NameRound(const Scope& scope, Step& step);

// The marks of a wait_for step, of any cell.
std::vector<std::string> MarksOf(const Step& step);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_STEP_NAMES_H_
