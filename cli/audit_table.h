// The table of an audit: its plans with their cells and rules.
#ifndef SOCKDRIFT_CLI_AUDIT_TABLE_H_
#define SOCKDRIFT_CLI_AUDIT_TABLE_H_

#include <string>

#include "cli/audit.h"
#include "cli/console.h"

namespace sockdrift {

// One row a plan. Of more than 20 plans one row a suite, and one for each plan
// in which a rule is broken or cells are ERROR, UNSTABLE or MISS.
std::string PlanTable(const Audit& audit, const Console& console);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_AUDIT_TABLE_H_
