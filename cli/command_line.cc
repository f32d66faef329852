#include "cli/command_line.h"

#include <exception>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/choice.h"
#include "cli/command.h"
#include "cli/gate_commands.h"
#include "cli/remote_commands.h"
#include "cli/suggest.h"
#include "cli/version.h"

namespace sockdrift {
namespace {

std::unique_ptr<CLI::App> MakeApp(Invocation& invocation) {
  auto app = std::make_unique<CLI::App>(
      "Audits the socket semantics of this host and of a fleet: what bind, "
      "port reuse\nand dual-stack sockets really do here, where two hosts "
      "differ, and why.",
      "sockdrift");
  app->require_subcommand(1);
  app->fallthrough();
  app->footer(std::string(kExitCodesInWords));
  app->set_version_flag("--version", VersionLine());
  AddChoice<ColorWhen>(*app, "--color", invocation.color,
                       {{"auto", ColorWhen::kAuto},
                        {"always", ColorWhen::kAlways},
                        {"never", ColorWhen::kNever}},
                       "colours; NO_COLOR=1 turns them off too");
  AddAuditCommand(*app, invocation);
  AddPlansCommand(*app, invocation);
  AddDiffCommand(*app, invocation);
  AddCellsCommand(*app, invocation);
  AddCausesCommand(*app, invocation);
  AddGateCommand(*app, invocation);
  AddBaselineCommand(*app, invocation);
  AddReportCommand(*app, invocation);
  AddReproduceCommand(*app, invocation);
  AddDoctorCommand(*app, invocation);
  AddFactsCommand(*app, invocation);
  AddHostsCommand(*app, invocation);
  AddRunCommand(*app, invocation);
  AddExplainCommand(*app, invocation);
  AddHistoryCommand(*app, invocation);
  AddExportCommand(*app, invocation);
  AddImportCommand(*app, invocation);
  AddVersionCommand(*app, invocation);
  for (CLI::App* command : app->get_subcommands({})) {
    command->footer(std::string(kExitCodesInWords));
  }
  return app;
}

// The command whose arguments were wrong, for pointing at its help.
std::string DeepestCommand(const CLI::App& app) {
  std::string name = app.get_name();
  const CLI::App* current = &app;
  while (!current->get_subcommands().empty()) {
    current = current->get_subcommands().front();
    absl::StrAppend(&name, " ", current->get_name());
  }
  return name;
}

// What is wrong, in words: the parser's own, save for a first word that is no
// command.
std::string Mistake(const CLI::App& app, const CLI::ParseError& error, int argc,
                    char** argv) {
  if (argc < 2 || argv[1][0] == '-') return error.what();
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == argv[1]) return error.what();
    names.push_back(command->get_name());
  }
  const std::string nearest = Nearest(argv[1], names);
  return absl::StrCat(
      "there is no command '", argv[1], "'",
      nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?"));
}

// The code, unless what was printed did not reach standard output.
ExitCode Written(Console& console, ExitCode code) {
  const absl::Status written = console.Flush();
  if (written.ok()) return code;
  console.Error(written);
  return ExitCode::kOwnFault;
}

// Prints what the parser said: help and version are no errors.
ExitCode Explain(const CLI::App& app, const CLI::ParseError& error, int argc,
                 char** argv, Console& console) {
  if (error.get_exit_code() == 0) {
    std::ostringstream help;
    std::ostringstream none;
    app.exit(error, help, none);
    console.Data(help.str());
    return Written(console, ExitCode::kFine);
  }
  console.Error(absl::StrCat(Mistake(app, error, argc, argv), "\n  '",
                             DeepestCommand(app),
                             " --help' shows what there is"));
  return ExitCode::kInvalid;
}

ExitCode Act(const Invocation& invocation) {
  Console console(invocation.color);
  ExitCode code = ExitCode::kOwnFault;
  try {
    code = invocation.action(console);
  } catch (const std::exception& unexpected) {
    console.Error(absl::StrCat("a fault of sockdrift: ", unexpected.what(),
                               "; please report it with the command"));
  }
  return Written(console, code);
}

}  // namespace

ExitCode RunCommandLine(int argc, char** argv) {
  Invocation invocation;
  const std::unique_ptr<CLI::App> app = MakeApp(invocation);
  try {
    app->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    Console console(invocation.color);
    return Explain(*app, error, argc, argv, console);
  }
  return Act(invocation);
}

}  // namespace sockdrift
