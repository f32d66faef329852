// What every reader of a Program may rely on.
#ifndef SOCKDRIFT_CORE_PLAN_VALIDATE_PROGRAM_H_
#define SOCKDRIFT_CORE_PLAN_VALIDATE_PROGRAM_H_

#include "absl/status/status.h"
#include "core/plan/program.h"

namespace sockdrift {

// Whether the indices, counts and limits of a program hold together. The
// message names what does not: INVALID_ARGUMENT, or UNIMPLEMENTED for an
// operation or field that this build does not know.
absl::Status ValidateProgram(const Program& program);

// The same of its axes and excluded runs alone.
absl::Status ValidateMatrix(const Program& program);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_PLAN_VALIDATE_PROGRAM_H_
