#include <memory>

#include "CLI/CLI.hpp"
#include "cli/controller_client.h"
#include "cli/history_report.h"
#include "cli/remote_commands.h"

namespace sockdrift {
namespace {

struct HistoryOptions {
  TransportOptions controller;
  std::string host;
  std::vector<std::string> plans;
  v1::World world = v1::WORLD_UNSPECIFIED;
  HistoryPrint print;
  OutputFormat format = OutputFormat::kTable;
};

ExitCode History(const HistoryOptions& options, Console& console) {
  absl::StatusOr<ControllerClient> client =
      ControllerClient::Create(options.controller);
  if (!client.ok()) {
    console.Error(client.status());
    return ExitCode::kInvalid;
  }
  v1::GetHistoryRequest request;
  request.set_host_id(options.host);
  for (const std::string& plan : options.plans) request.add_plans(plan);
  request.set_world(options.world);
  v1::GetHistoryResponse response;
  grpc::ClientContext context;
  ControllerClient::SetTimeout(
      context, absl::Seconds(ControllerClient::kLongCallSeconds));
  const grpc::Status status =
      client->stub().GetHistory(&context, request, &response);
  if (!status.ok()) return client->Report(status, console);
  console.Data(options.format == OutputFormat::kJson
                   ? HistoryJson(response.history())
                   : HistoryText(response.history(), options.print, console));
  return ExitCode::kFine;
}

}  // namespace

void AddHistoryCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "history",
      "Since when a host behaves as it does, what changed before that, and "
      "which facts changed in the same interval");
  auto options = std::make_shared<HistoryOptions>();
  command->add_option("HOST", options->host, "the host's id, as `hosts` lists")
      ->required()
      ->option_text("HOST");
  AddControllerOptions(*command, options->controller);
  command->add_option("--plan", options->plans, "these plans only")
      ->option_text("NAME");
  AddWorldChoice(*command, options->world);
  command
      ->add_option("--changes", options->print.most_changes,
                   "at most so many changes, the latest first; 10 by default")
      ->check(CLI::Range(1, 1000000))
      ->option_text("N");
  command
      ->add_option("--rules", options->print.most_rules,
                   "at most so many rules of a plan; 3 by default")
      ->check(CLI::Range(0, 1000000))
      ->option_text("N");
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return History(*options, console);
    };
  });
}

}  // namespace sockdrift
