// What `sockdrift boot` is told.
#ifndef SOCKDRIFT_CLI_BOOT_OPTIONS_H_
#define SOCKDRIFT_CLI_BOOT_OPTIONS_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "boot/boot.h"
#include "cli/audit_options.h"
#include "cli/boot_audit.h"
#include "cli/claim_choice.h"
#include "cli/command.h"

namespace sockdrift {

struct BootCommandOptions {
  std::vector<std::string> kernels;
  std::vector<std::string> command;  // after `--`; empty: an audit
  BootOptions boot;
  int seconds = 0;  // 0: not given
  int boot_seconds = 60;
  bool verbose = false;
  // Of an audit.
  PlanChoice choice;
  BootAuditSettings audit;
  ClaimChoice claims;
  std::string save;
  OutputFormat format = OutputFormat::kTable;
};

void AddBootOptions(CLI::App& command, BootCommandOptions& options);

// Throws what CLI11 throws of wrong usage: for options that do not fit an
// audit, or where there is a command, for those that are for audits.
void CheckBootOptions(const CLI::App& command,
                      const BootCommandOptions& options);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_BOOT_OPTIONS_H_
