#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/named_file.h"
#include "cli/remote_commands.h"
#include "cli/remote_file.h"
#include "core/divergence/documented.h"
#include "core/divergence/render.h"
#include "wire/behaviour_file.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

struct ImportOptions {
  TransportOptions controller;
  std::string file;
  std::string as;  // the host's id; empty: as the file has it
  OutputFormat format = OutputFormat::kTable;
};

void PrintImported(const v1::ImportResponse& response, OutputFormat format,
                   Console& console) {
  if (format == OutputFormat::kJson) {
    Json hosts = Json::array();
    for (const std::string& host : response.host_ids()) hosts.push_back(host);
    console.Data(Printed({{"schema", "sockdrift.import/1"},
                          {"hosts", std::move(hosts)},
                          {"records", response.record_count()}}));
    return;
  }
  console.Data(absl::StrCat(
      "took in ",
      Counted(static_cast<uint64_t>(response.record_count()), "record",
              "records"),
      " of ",
      Counted(static_cast<uint64_t>(response.host_ids_size()), "host", "hosts"),
      ": ", absl::StrJoin(response.host_ids(), ", "), "\n"));
}

// What a file from elsewhere calls its host may be no id, or another host's. An
// entry of the atlas is called as its operand is: "6.1" may be a host's name.
absl::Status Prepare(BehaviourFile& file, const ImportOptions& options) {
  // To a fleet what a document does not state would be what a host lacks.
  for (const HostBehaviour& host : file.hosts) {
    if (!IsDocumented(host.facts)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        options.file,
        " is what a document says, not measured, and no host of a fleet\n  "
        "'sockdrift diff ",
        options.file, " host:NAME' compares a host with it"));
  }
  if (options.as.empty()) {
    if (IsAtlasOperand(options.file)) file.hosts[0].host = options.file;
    return absl::OkStatus();
  }
  if (file.hosts.size() != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--as is the id of one host, and ", options.file, " has ",
                     Counted(file.hosts.size(), "host", "hosts")));
  }
  file.hosts[0].host = options.as;
  return absl::OkStatus();
}

ExitCode Import(const ImportOptions& options, Console& console) {
  absl::StatusOr<ControllerClient> client =
      ControllerClient::Create(options.controller);
  if (!client.ok()) {
    console.Error(client.status());
    return ExitCode::kInvalid;
  }
  // Read here first: a corrupt file need not travel to be refused.
  absl::StatusOr<BehaviourFile> file = ReadNamedFile(options.file);
  absl::Status ready = file.status();
  if (ready.ok()) ready = Prepare(*file, options);
  if (!ready.ok()) {
    console.Error(ready);
    return ExitCode::kInvalid;
  }
  v1::ImportResponse response;
  const ExitCode sent =
      SendBehaviours(*client, EncodeBehaviourFile(*file), response, console);
  if (sent != ExitCode::kFine) return sent;
  PrintImported(response, options.format, console);
  return ExitCode::kFine;
}

}  // namespace

void AddImportCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "import",
      "Gives the hosts of a behaviour file, or an entry of the atlas, to a "
      "controller");
  auto options = std::make_shared<ImportOptions>();
  command
      ->add_option("FILE", options->file,
                   "the behaviour file; atlas:NAME: an entry of the atlas, "
                   "which stands in the fleet as a host of that name")
      ->required()
      ->option_text("FILE|atlas:NAME");
  command
      ->add_option(
          "--as", options->as,
          "the id that its host gets; for a file of one host, or an entry "
          "of the atlas")
      ->option_text("HOST");
  AddControllerOptions(*command, options->controller);
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return Import(*options, console);
    };
  });
}

}  // namespace sockdrift
