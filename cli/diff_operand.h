// What stands on either side of a diff, from a file or from a controller.
#ifndef SOCKDRIFT_CLI_DIFF_OPERAND_H_
#define SOCKDRIFT_CLI_DIFF_OPERAND_H_

#include <optional>
#include <set>
#include <string>

#include "cli/behaviour_diff.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/query_option.h"
#include "sockdrift/v1/fleet_service.pb.h"
#include "wire/behaviour_file.h"
#include "wire/tls/transport.h"

namespace sockdrift {

// "FILE#HOST" in its parts; the host is empty where none is named.
struct FileOperand {
  std::string file;
  std::string host;
};
FileOperand SplitFileOperand(const std::string& operand);

// Reads operands; what the controller holds is fetched once for both.
class OperandReader {
 public:
  // All must outlive the reader.
  OperandReader(const TransportOptions& controller, v1::AnalysisScope scope,
                Console& console)
      : controller_(controller), scope_(std::move(scope)), console_(console) {}

  // Of operands with several hosts those that the query speaks of are read;
  // null: no query.
  void NarrowBy(const CellQuery* where) { where_ = where; }

  // "host:NAME", "host:NAME@TIME" (time_words.h), "atlas:NAME", FILE or
  // FILE#HOST. Anything
  // but kFine has been explained on the console.
  ExitCode Read(const std::string& operand, DiffSide& side);
  // The same, and of a FILE with several hosts all of them.
  ExitCode ReadHosts(const std::string& operand, BehaviourFile& file);

  // INVALID_ARGUMENT for a name in the query that no operand has.
  absl::Status RequireKnownNames() const;
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
  const CellQuery* where_ = nullptr;
  QueryNames names_;                    // of the operands
  std::optional<BehaviourFile> fleet_;  // as it is now
  std::set<std::string> plans_;         // of the operands, in scope or not
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_DIFF_OPERAND_H_
