// What `sockdrift gate` was asked.
#ifndef SOCKDRIFT_CLI_GATE_OPTIONS_H_
#define SOCKDRIFT_CLI_GATE_OPTIONS_H_

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/gate_reports.h"
#include "wire/tls/transport.h"

namespace sockdrift {

struct GateOptions {
  std::string name;                     // of a gate of the controller's folder
  std::vector<std::string> baseline;    // files and operands
  std::vector<std::string> candidates;  // files or operands
  std::vector<std::string> kernels;     // that are booted as candidates
  std::vector<std::string> append;      // their parameters
  std::string rules_file;
  std::vector<std::string> reports;  // FORMAT=FILE
  std::vector<std::string> plan_folders;
  OutputFormat format = OutputFormat::kTable;
  int rules_shown = 6;
  bool no_confirm = false;
  TransportOptions controller;
};

// "baseline:…", "host:…", "selector:…": what a controller holds.
bool IsFleetOperand(const std::string& operand);

// The verdict of a gate of the controller's folder.
ExitCode AskVerdict(const GateOptions& options,
                    const std::vector<WantedReport>& wanted, Console& console);

// The controller's verdict on hosts of its fleet.
ExitCode AskAboutHosts(const GateOptions& options,
                       const std::vector<WantedReport>& wanted,
                       Console& console);

// The bytes of --rules; "" without it.
absl::StatusOr<std::string> ReadRulesFile(const GateOptions& options);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_GATE_OPTIONS_H_
