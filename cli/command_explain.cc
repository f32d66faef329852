#include <memory>

#include "CLI/CLI.hpp"
#include "cli/analysis_report.h"
#include "cli/remote_commands.h"

namespace sockdrift {
namespace {

struct ExplainOptions {
  TransportOptions controller;
  ScopeOptions scope;
  AnalysisPrint print;
};

ExitCode Explain(const ExplainOptions& options, Console& console) {
  absl::StatusOr<ControllerClient> client =
      ControllerClient::Create(options.controller);
  if (!client.ok()) {
    console.Error(client.status());
    return ExitCode::kInvalid;
  }
  v1::ExplainRequest request;
  *request.mutable_scope() = ToScope(options.scope);
  v1::ExplainResponse response;
  grpc::ClientContext context;
  ControllerClient::SetTimeout(
      context, absl::Seconds(ControllerClient::kLongCallSeconds));
  const grpc::Status status =
      client->stub().Explain(&context, request, &response);
  if (!status.ok()) return client->ReportUnmeasured(status, console);
  return PrintAnalysis(response.plans(), options.print, console);
}

}  // namespace

void AddExplainCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "explain",
      "Which hosts of the fleet behave alike, in which cells the groups "
      "differ, and which facts separate them");
  auto options = std::make_shared<ExplainOptions>();
  AddControllerOptions(*command, options->controller);
  AddScopeOptions(*command, options->scope);
  AddAnalysisPrint(*command, options->print);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return Explain(*options, console);
    };
  });
}

}  // namespace sockdrift
