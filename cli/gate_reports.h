// Where a gate's reports go.
#ifndef SOCKDRIFT_CLI_GATE_REPORTS_H_
#define SOCKDRIFT_CLI_GATE_REPORTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/console.h"
#include "cli/exit_code.h"

namespace sockdrift {

// A report as it was asked for.
struct WantedReport {
  std::string format;  // of GateFormats()
  std::string file;    // "-": standard output
};

// From the words of --report and from --output: one of them goes to standard
// output. INVALID_ARGUMENT for a format that there is not, a file that is
// missing, or two reports on standard output.
absl::StatusOr<std::vector<WantedReport>> ReadWantedReports(
    const std::vector<std::string>& reports, OutputFormat format);

// Writes them, in the order of `wanted`; `code`, or kOwnFault where a file
// cannot be written.
ExitCode WriteReports(const std::vector<WantedReport>& wanted,
                      const std::vector<std::string>& texts, ExitCode code,
                      Console& console);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_GATE_REPORTS_H_
