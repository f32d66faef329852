#include <memory>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "atlas/embedded_atlas.h"
#include "cli/diff_operand.h"
#include "cli/plan_source.h"
#include "cli/remote_commands.h"
#include "cli/remote_file.h"
#include "cli/reported_acknowledgements.h"
#include "cli/version.h"
#include "compiler/claims.h"
#include "report/from_files.h"
#include "wire/file_bytes.h"

namespace sockdrift {
namespace {

constexpr char kStandardOutput[] = "-";

struct ReportOptions {
  std::vector<std::string> operands;
  std::string html;
  std::vector<std::string> plan_folders;
  TransportOptions controller;
  ScopeOptions scope;
};

ExitCode ReadOperands(const ReportOptions& options,
                      std::vector<NamedFile>& files, Console& console) {
  OperandReader reader(options.controller, ToScope(options.scope), console);
  for (const std::string& operand : options.operands) {
    NamedFile& named = files.emplace_back();
    named.source = operand;
    const ExitCode read = reader.ReadHosts(operand, named.file);
    if (read != ExitCode::kFine) return read;
  }
  const absl::Status known = reader.RequireKnownPlans();
  if (known.ok()) return ExitCode::kFine;
  console.Error(known);
  return ExitCode::kInvalid;
}

ExitCode AskController(const ReportOptions& options,
                       std::vector<NamedFile>& files, Console& console) {
  absl::StatusOr<ControllerClient> client =
      ControllerClient::Create(options.controller);
  if (!client.ok()) {
    console.Error(client.status());
    return ExitCode::kInvalid;
  }
  NamedFile& fleet = files.emplace_back();
  return FetchBehaviours(*client, ToScope(options.scope), fleet.file, console);
}

ExitCode Gather(const ReportOptions& options, std::vector<NamedFile>& files,
                Console& console) {
  if (!options.operands.empty()) {
    return ReadOperands(options, files, console);
  }
  if (!options.controller.address.empty()) {
    return AskController(options, files, console);
  }
  console.Error(
      "report needs something to report: behaviour files, or --controller\n  "
      "'sockdrift audit "
      "--save FILE' writes one");
  return ExitCode::kInvalid;
}

// Of a fleet; files know nothing of it.
ExitCode AskForAcknowledgements(const ReportOptions& options,
                                ReportInput& input, Console& console) {
  if (!options.operands.empty()) return ExitCode::kFine;
  absl::StatusOr<ControllerClient> client =
      ControllerClient::Create(options.controller);
  if (client.ok()) {
    return AddAcknowledgements(*client, ToScope(options.scope), input, console);
  }
  console.Error(client.status());
  return ExitCode::kInvalid;
}

std::string TitleOf(const ReportOptions& options) {
  const auto file_name = [](std::string* out, const std::string& path) {
    out->append(path, path.rfind('/') + 1);
  };
  if (!options.operands.empty()) {
    return absl::StrJoin(options.operands, ", ", file_name);
  }
  return FleetTitle(options.scope.run_id, options.scope.selector);
}

ExitCode Write(const ReportOptions& options, const std::string& page,
               Console& console) {
  if (options.html == kStandardOutput) {
    console.Data(page);
    return ExitCode::kFine;
  }
  const absl::Status written = WriteFileAtomically(options.html, page);
  if (!written.ok()) {
    console.Error(absl::StrCat("--html: ", std::string(written.message()),
                               "; nothing was written"));
    return ExitCode::kOwnFault;
  }
  console.Note(absl::StrCat(options.html, ": ", page.size() / 1024, " KiB"));
  return ExitCode::kFine;
}

ExitCode Report(const ReportOptions& options, Console& console) {
  std::vector<NamedFile> files;
  const ExitCode gathered = Gather(options, files, console);
  if (gathered != ExitCode::kFine) return gathered;
  const absl::StatusOr<std::vector<CompiledPlan>> catalogue =
      LoadPlans({.wanted = {}, .folders = options.plan_folders});
  const absl::StatusOr<ClaimBook> claims = ClaimsWith(options.plan_folders);
  for (const absl::Status& read : {catalogue.status(), claims.status()}) {
    if (read.ok()) continue;
    console.Error(read);
    return ExitCode::kInvalid;
  }
  ReportInput input;
  input.title = TitleOf(options);
  input.made_by = "sockdrift " SOCKDRIFT_VERSION;
  input.made = absl::Now();
  for (const CompiledPlan& plan : *catalogue) input.catalogue.push_back(&plan);
  input.claims = &*claims;
  input.atlas = &BuiltInAtlas();
  AddFiles(files, input);
  if (input.plans.empty()) {
    console.Error("there is nothing to report: no plan that matches was run");
    return ExitCode::kCouldNotTell;
  }
  const ExitCode asked = AskForAcknowledgements(options, input, console);
  if (asked != ExitCode::kFine) return asked;
  console.Progress("comparing");
  const absl::StatusOr<std::string> page = ReportPage(input);
  console.Progress("");
  if (page.ok()) return Write(options, *page, console);
  console.Error(page.status());
  return ExitCode::kOwnFault;
}

}  // namespace

void AddReportCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "report",
      "A page for people: which hosts differ, where and why, every cell on a "
      "map; one HTML file that loads nothing");
  auto options = std::make_shared<ReportOptions>();
  command
      ->add_option("OPERAND", options->operands,
                   "behaviour files (FILE#HOST for one host of several) or "
                   "host:NAME, which asks the controller; the first of two is "
                   "what the other is compared with; without any, the whole "
                   "fleet of a controller")
      ->option_text("FILE|host:NAME");
  command
      ->add_option("--html", options->html,
                   "the file to write; - is standard output")
      ->required()
      ->option_text("FILE");
  AddPlansFolderOption(*command, options->plan_folders);
  AddControllerOptions(*command, options->controller);
  AddScopeOptions(*command, options->scope);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return Report(*options, console);
    };
  });
}

}  // namespace sockdrift
