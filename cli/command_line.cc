#include "cli/command_line.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
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
  AddBootCommand(*app, invocation);
  AddPlansCommand(*app, invocation);
  AddDiffCommand(*app, invocation);
  AddCellsCommand(*app, invocation);
  AddAtlasCommand(*app, invocation);
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
  AddAcknowledgeCommand(*app, invocation);
  AddExportCommand(*app, invocation);
  AddImportCommand(*app, invocation);
  AddVersionCommand(*app, invocation);
  for (CLI::App* command : app->get_subcommands({})) {
    command->footer(std::string(kExitCodesInWords));
  }
  return app;
}

// The command whose arguments were wrong.
const CLI::App& DeepestCommand(const CLI::App& app) {
  const CLI::App* current = &app;
  while (!current->get_subcommands().empty()) {
    current = current->get_subcommands().front();
  }
  return *current;
}

// "sockdrift plans list".
std::string FullName(const CLI::App& command) {
  return command.get_parent() == nullptr
             ? command.get_name()
             : absl::StrCat(FullName(*command.get_parent()), " ",
                            command.get_name());
}

std::string DidYouMean(const std::string& nearest) {
  return nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?");
}

// The first word that no command has a place for; empty where the parser found
// another mistake. Options of a command fall through to the first.
std::string FirstMisplaced(const CLI::App& app) {
  const std::vector<std::string> rest = app.remaining(true);
  return rest.empty() ? "" : rest.front();
}

std::string MisplacedCommand(const CLI::App& parent, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : parent.get_subcommands({})) {
    names.push_back(command->get_name());
  }
  return absl::StrCat("there is no command '", word, "'",
                      DidYouMean(Nearest(word, names)));
}

std::string MisplacedOption(const CLI::App& command, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  const std::string name = word.substr(0, word.find('='));
  return absl::StrCat("'", command.get_name(), "' has no option '", name, "'",
                      DidYouMean(Nearest(name, names)));
}

// What is wrong, in words: the parser's own, save for a word that is out of
// place.
std::string Mistake(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = DeepestCommand(app);
  const std::string word = FirstMisplaced(app);
  if (word.empty()) return error.what();
  if (absl::StartsWith(word, "-")) return MisplacedOption(command, word);
  if (!command.get_subcommands({}).empty()) {
    return MisplacedCommand(command, word);
  }
  const bool has_plan = command.get_option_no_throw("--plan") != nullptr;
  return absl::StrCat("'", command.get_name(), "' takes no '", word, "'",
                      DidYouMean(has_plan ? "--plan " + word : ""));
}

// The code, unless what was printed did not reach standard output.
ExitCode Written(Console& console, ExitCode code) {
  const absl::Status written = console.Flush();
  if (written.ok()) return code;
  console.Error(written);
  return ExitCode::kOwnFault;
}

// Prints what the parser said: help and version are no errors.
ExitCode Explain(const CLI::App& app, const CLI::ParseError& error,
                 Console& console) {
  if (error.get_exit_code() == 0) {
    std::ostringstream help;
    std::ostringstream none;
    app.exit(error, help, none);
    console.Data(help.str());
    return Written(console, ExitCode::kFine);
  }
  console.Error(absl::StrCat(Mistake(app, error), "\n  '",
                             FullName(DeepestCommand(app)),
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

// Takes away from `--` on what `boot` is to start: none of it is ours to read.
int CutWrapped(int argc, char** argv, Invocation& invocation) {
  char** const end = argv + argc;
  char** const dashes = std::find(argv, end, absl::string_view("--"));
  if (std::find(argv, dashes, absl::string_view("boot")) == dashes) return argc;
  if (dashes != end) invocation.wrapped.assign(dashes + 1, end);
  // An empty command is a mistake, and not the same as none.
  if (dashes + 1 == end) invocation.wrapped = {""};
  return static_cast<int>(dashes - argv);
}

}  // namespace

ExitCode RunCommandLine(int argc, char** argv) {
  Invocation invocation;
  argc = CutWrapped(argc, argv, invocation);
  const std::unique_ptr<CLI::App> app = MakeApp(invocation);
  try {
    app->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    Console console(invocation.color);
    return Explain(*app, error, console);
  }
  return Act(invocation);
}

}  // namespace sockdrift
