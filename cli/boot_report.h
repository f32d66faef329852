// Several kernels beside each other: what each showed and how they group.
#ifndef SOCKDRIFT_CLI_BOOT_REPORT_H_
#define SOCKDRIFT_CLI_BOOT_REPORT_H_

#include <string>
#include <vector>

#include "cli/boot_audit.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/exit_code.h"

namespace sockdrift {

// Kernels that differ in no cell that both executed.
struct KernelGroup {
  std::vector<size_t> members;  // indices of the audits, ascending
  size_t representative = 0;    // the member with the most DONE cells
  // Beside the first group's representative.
  size_t differing_cells = 0;
  std::vector<std::string> differing_plans;
  std::vector<std::string> causes;  // known ones of these cells, in a line each
};

// The largest first. Kernels that gave no audit are in none.
std::vector<KernelGroup> GroupKernels(const std::vector<BootedAudit>& audits);

// "A", "B", … "Z", "AA".
std::string GroupLetter(size_t group);

std::string BootText(const std::vector<BootedAudit>& audits,
                     const std::vector<KernelGroup>& groups,
                     const Console& console);
// The document "sockdrift.boot/1" of docs/json.md.
std::string BootJson(const std::vector<BootedAudit>& audits,
                     const std::vector<KernelGroup>& groups);
std::string BootKtap(const std::vector<BootedAudit>& audits);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_BOOT_REPORT_H_
