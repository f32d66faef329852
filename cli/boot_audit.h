// Audits of kernels that are booted for it.
#ifndef SOCKDRIFT_CLI_BOOT_AUDIT_H_
#define SOCKDRIFT_CLI_BOOT_AUDIT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "boot/kernel.h"
#include "cli/audit.h"
#include "cli/console.h"

namespace sockdrift {

struct BootedAudit {
  KernelPlace kernel;
  // UNAVAILABLE, with the kernel's last words: it could not be booted.
  absl::StatusOr<Audit> audit;
};

struct BootAuditSettings {
  World world = World::kReplica;
  int parallel = 1;   // guests at once
  std::string probe;  // empty: where it is installed
  // Options of `sockdrift boot`, as they are passed on: "--append", "x=1".
  std::vector<std::string> boot_options;
  std::string host_suffix;  // behind a kernel's name: " ipv6.disable=1"
  // As AuditSettings'.
  std::map<std::string, std::vector<uint32_t>> cells;
};

// One audit a kernel, in their order: each by a process of this program that
// boots it. Never fails as a whole. `words` are what the kernels were named by.
std::vector<BootedAudit> AuditKernels(const std::vector<KernelPlace>& kernels,
                                      const std::vector<std::string>& words,
                                      const std::vector<CompiledPlan>& plans,
                                      const BootAuditSettings& settings,
                                      Console& console);

// The probe for the kernel's machine. NOT_FOUND.
absl::StatusOr<std::string> ProbeFor(const KernelPlace& kernel,
                                     const std::string& wanted);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_BOOT_AUDIT_H_
