// What `plans test` found: each expectation with its verdict.
#ifndef SOCKDRIFT_CLI_TEST_REPORT_H_
#define SOCKDRIFT_CLI_TEST_REPORT_H_

#include <string>

#include "cli/audit.h"
#include "cli/console.h"

namespace sockdrift {

std::string TestText(const Audit& audit, const Console& console);

// The document "sockdrift.test/1" of docs/json.md.
std::string TestJson(const Audit& audit);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_TEST_REPORT_H_
