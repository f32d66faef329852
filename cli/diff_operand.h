// What stands on either side of a diff, from a file or from a controller.
#ifndef SOCKDRIFT_CLI_DIFF_OPERAND_H_
#define SOCKDRIFT_CLI_DIFF_OPERAND_H_

#include <optional>
#include <set>
#include <string>

#include "cli/behaviour_diff.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "sockdrift/v1/fleet_service.pb.h"
#include "wire/behaviour_file.h"
#include "wire/tls/transport.h"

namespace sockdrift {

// Reads operands; what the controller holds is fetched once for both.
class OperandReader {
 public:
  OperandReader(const TransportOptions& controller, v1::AnalysisScope scope,
                Console& console)
      : controller_(controller), scope_(std::move(scope)), console_(console) {}

  // "host:NAME", "host:NAME@TIME" (time_words.h), FILE or FILE#HOST. Anything
  // but kFine has been explained on the console.
  ExitCode Read(const std::string& operand, DiffSide& side);
  // The same, and of a FILE with several hosts all of them.
  ExitCode ReadHosts(const std::string& operand, BehaviourFile& file);

  // NOT_FOUND where a plan that was asked for is in no operand read so far.
  absl::Status RequireKnownPlans() const;

 private:
  ExitCode Fetch(const v1::AnalysisScope& scope, BehaviourFile& file);
  // NAME or NAME@TIME.
  ExitCode ReadHost(const std::string& operand, absl::string_view host,
                    DiffSide& side);
  // Notes the plans that a host has, and drops those out of scope.
  void Narrow(HostBehaviour& host);
  ExitCode Take(BehaviourFile file, const std::string& operand,
                const std::string& host, DiffSide& side);

  const TransportOptions& controller_;
  v1::AnalysisScope scope_;
  Console& console_;
  std::optional<BehaviourFile> fleet_;  // as it is now
  std::set<std::string> plans_;         // of the operands, in scope or not
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_DIFF_OPERAND_H_
