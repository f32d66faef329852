// The plan language as a JSON Schema (draft 7), for editors. Written from the
// operation table, the option table and the words of core/plan, so that it
// knows what the compiler knows. It is looser than the compiler: what depends
// on other parts of a plan (names, axes, outcomes) is a text to it.
#ifndef SOCKDRIFT_CLI_PLAN_SCHEMA_H_
#define SOCKDRIFT_CLI_PLAN_SCHEMA_H_

#include <string>

namespace sockdrift {

// The document and a newline.
std::string PlanSchema();

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_PLAN_SCHEMA_H_
