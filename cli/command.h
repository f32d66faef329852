// How a command joins the command line: it adds its options to the parser and,
// when it is the one that was asked for, leaves what is to be done.
#ifndef SOCKDRIFT_CLI_COMMAND_H_
#define SOCKDRIFT_CLI_COMMAND_H_

#include <functional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/exit_code.h"

namespace CLI {
class App;
}  // namespace CLI

namespace sockdrift {

using Action = std::function<ExitCode(Console&)>;

struct Invocation {
  ColorWhen color = ColorWhen::kAuto;
  Action action;  // empty until a command was recognised
  // What stood after `--`: a command that `boot` starts.
  std::vector<std::string> wrapped;
};

enum class OutputFormat { kTable, kJson, kKtap };

// --output table|json.
void AddOutputOption(CLI::App& command, OutputFormat& format);
// --output table|json|ktap, of commands that judge plans.
void AddAuditOutputOption(CLI::App& command, OutputFormat& format);

// One a file, command_NAME.cc. `app` and `invocation` outlive the parsing and
// the action.
void AddAtlasCommand(CLI::App& app, Invocation& invocation);
// 'atlas diff' and 'atlas nearest'.
void AddAtlasDiffCommand(CLI::App& atlas, Invocation& invocation);
void AddAtlasNearestCommand(CLI::App& atlas, Invocation& invocation);
void AddAuditCommand(CLI::App& app, Invocation& invocation);
void AddBootCommand(CLI::App& app, Invocation& invocation);
void AddCausesCommand(CLI::App& app, Invocation& invocation);
void AddCellsCommand(CLI::App& app, Invocation& invocation);
void AddPlansCommand(CLI::App& app, Invocation& invocation);
void AddDiffCommand(CLI::App& app, Invocation& invocation);
void AddDoctorCommand(CLI::App& app, Invocation& invocation);
void AddFactsCommand(CLI::App& app, Invocation& invocation);
void AddGateCommand(CLI::App& app, Invocation& invocation);
void AddReproduceCommand(CLI::App& app, Invocation& invocation);
void AddReportCommand(CLI::App& app, Invocation& invocation);
void AddVersionCommand(CLI::App& app, Invocation& invocation);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_COMMAND_H_
