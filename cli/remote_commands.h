// The commands that ask a controller, and what they have in common.
#ifndef SOCKDRIFT_CLI_REMOTE_COMMANDS_H_
#define SOCKDRIFT_CLI_REMOTE_COMMANDS_H_

#include <string>

#include "cli/command.h"
#include "cli/controller_client.h"
#include "sockdrift/v1/fleet_service.pb.h"

namespace sockdrift {

void AddAcknowledgeCommand(CLI::App& app, Invocation& invocation);
void AddHostsCommand(CLI::App& app, Invocation& invocation);
void AddRunCommand(CLI::App& app, Invocation& invocation);
void AddExplainCommand(CLI::App& app, Invocation& invocation);
void AddExportCommand(CLI::App& app, Invocation& invocation);
void AddImportCommand(CLI::App& app, Invocation& invocation);

void AddHistoryCommand(CLI::App& app, Invocation& invocation);

// --world, where none means every world.
void AddWorldChoice(CLI::App& command, v1::World& world);

// -l, --selector.
void AddSelectorOption(CLI::App& command, std::string& selector);

// What of the fleet's behaviour is looked at.
struct ScopeOptions {
  std::vector<std::string> plans;
  v1::World world = v1::WORLD_UNSPECIFIED;  // unspecified: all
  std::string selector;
  std::string run_id;
};
void AddScopeOptions(CLI::App& command, ScopeOptions& options);
v1::AnalysisScope ToScope(const ScopeOptions& options);

// A flag's time, "90s" or "5m". INVALID_ARGUMENT, naming the flag, for one that
// is no time, not above zero or longer than a week.
absl::StatusOr<absl::Duration> ParseTime(absl::string_view flag,
                                         const std::string& text);
void SetDuration(absl::Duration time, google::protobuf::Duration& to);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_REMOTE_COMMANDS_H_
