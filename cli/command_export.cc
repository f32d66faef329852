#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/remote_commands.h"
#include "cli/remote_file.h"
#include "core/divergence/render.h"
#include "wire/behaviour_file.h"

namespace sockdrift {
namespace {

struct ExportOptions {
  TransportOptions controller;
  ScopeOptions scope;
  std::string file;
};

ExitCode Export(const ExportOptions& options, Console& console) {
  absl::StatusOr<ControllerClient> client =
      ControllerClient::Create(options.controller);
  if (!client.ok()) {
    console.Error(client.status());
    return ExitCode::kInvalid;
  }
  BehaviourFile file;
  const ExitCode fetched =
      FetchBehaviours(*client, ToScope(options.scope), file, console);
  if (fetched != ExitCode::kFine) return fetched;
  const absl::Status written = WriteBehaviourFile(file, options.file);
  if (!written.ok()) {
    console.Error(
        absl::StrCat(std::string(written.message()), "; nothing was written"));
    return ExitCode::kOwnFault;
  }
  size_t records = 0;
  for (const HostBehaviour& host : file.hosts) records += host.entries.size();
  console.Note(absl::StrCat(options.file, ": ",
                            Counted(file.hosts.size(), "host", "hosts"), ", ",
                            Counted(records, "record", "records")));
  return ExitCode::kFine;
}

}  // namespace

void AddExportCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "export", "What hosts of the fleet showed, as a behaviour file");
  auto options = std::make_shared<ExportOptions>();
  command->add_option("FILE", options->file, "the file to write")
      ->required()
      ->option_text("FILE");
  AddControllerOptions(*command, options->controller);
  AddScopeOptions(*command, options->scope);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return Export(*options, console);
    };
  });
}

}  // namespace sockdrift
