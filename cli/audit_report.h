// An audit as people read it and as scripts do.
#ifndef SOCKDRIFT_CLI_AUDIT_REPORT_H_
#define SOCKDRIFT_CLI_AUDIT_REPORT_H_

#include <string>

#include "cli/audit.h"
#include "cli/command.h"
#include "cli/console.h"

namespace sockdrift {

// For 100 plans it is longer than a screen; for the catalogue it is not.
std::string AuditText(const Audit& audit, const Console& console);

// The document "sockdrift.audit/1" of docs/json.md.
std::string AuditJson(const Audit& audit);

// The audit in that form.
std::string AuditIn(OutputFormat format, const Audit& audit,
                    const Console& console);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_AUDIT_REPORT_H_
