// Programs from a few lines of the plan language.
#ifndef SOCKDRIFT_TESTS_AGENT_ENGINE_STEP_PROGRAMS_H_
#define SOCKDRIFT_TESTS_AGENT_ENGINE_STEP_PROGRAMS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/plan/program.h"

namespace sockdrift::testing {

// A plan from its keys after `title:`. A mistake in it fails the test.
Program PlanOf(absl::string_view keys);
// A plan of one cell, from the list under `steps:`.
Program StepsOf(absl::string_view steps);
// A plan of the catalogue, such as "bind/conflict.yaml".
Program CataloguePlan(absl::string_view file);

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_AGENT_ENGINE_STEP_PROGRAMS_H_
