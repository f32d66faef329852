#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/analysis_report.h"
#include "cli/fleet_likeness.h"
#include "cli/ladder_report.h"
#include "cli/remote_commands.h"

namespace sockdrift {
namespace {

struct ExplainOptions {
  TransportOptions controller;
  ScopeOptions scope;
  AnalysisPrint print;
  bool prove = false;
  int trials = 0;  // of a group; 0: as many as the controller does
  std::string ladder;
  std::string against;
  std::vector<std::string> cells;
  std::string deadline = "5m";
};

// What was asked for as a whole makes no sense; OK when it does.
absl::Status Check(const ExplainOptions& options) {
  const auto wrong = [](absl::string_view why) {
    return absl::InvalidArgumentError(why);
  };
  if (options.prove && !options.ladder.empty()) {
    return wrong("--prove and --ladder are two questions: ask one");
  }
  if (options.prove && !options.scope.run_id.empty()) {
    return wrong(
        "--prove is about the latest that each host showed: leave --run out");
  }
  if (options.ladder.empty()) {
    if (!options.against.empty() || !options.cells.empty()) {
      return wrong("--against and --cell go with --ladder HOST");
    }
    return absl::OkStatus();
  }
  if (options.scope.world != v1::WORLD_UNSPECIFIED ||
      !options.scope.selector.empty() || !options.scope.run_id.empty()) {
    return wrong(
        "--ladder names its hosts and tries every world: leave --world, "
        "--selector and --run out");
  }
  if (!options.cells.empty() && options.scope.plans.size() != 1) {
    return wrong("--cell goes with one --plan, which it is of");
  }
  return absl::OkStatus();
}

// One of each group is asked what it showed; of more groups nothing is said.
constexpr size_t kMostSpeakers = 64;

// With what each group is like. What the controller found is printed even where
// that cannot be had.
ExitCode Print(const ExplainOptions& options, const PlanAnalyses& plans,
               ControllerClient& client, Console& console) {
  FleetLikeness likeness;
  const std::vector<std::string> speakers = SpeakersOf(plans, kMostSpeakers);
  if (!speakers.empty()) {
    likeness.Ask(client, ToScope(options.scope), speakers, console);
  }
  return PrintAnalysis(plans, options.print, console, &likeness);
}

ExitCode Explain(const ExplainOptions& options, ControllerClient& client,
                 Console& console) {
  v1::ExplainRequest request;
  *request.mutable_scope() = ToScope(options.scope);
  v1::ExplainResponse response;
  grpc::ClientContext context;
  ControllerClient::SetTimeout(
      context, absl::Seconds(ControllerClient::kLongCallSeconds));
  const grpc::Status status =
      client.stub().Explain(&context, request, &response);
  if (!status.ok()) return client.ReportUnmeasured(status, console);
  return Print(options, response.plans(), client, console);
}

// Reads a stream to its end; the last response is the answer.
template <typename Response, typename Reader>
grpc::Status ReadToEnd(Reader& reader, Response& last, Console& console) {
  Response response;
  while (reader.Read(&response)) {
    console.Progress(response.progress());
    last = std::move(response);
  }
  console.Progress("");
  return reader.Finish();
}

// What the agents or the controller could not do now is no fault of ours.
ExitCode CodeOfExperiment(ExitCode code, const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED
             ? ExitCode::kCouldNotTell
             : code;
}

// An answer is on its way some time after the experiments' own deadline.
void SetStreamTimeout(grpc::ClientContext& context, absl::Duration deadline) {
  ControllerClient::SetTimeout(
      context, deadline + absl::Seconds(ControllerClient::kLongCallSeconds));
}

ExitCode Prove(const ExplainOptions& options, absl::Duration deadline,
               ControllerClient& client, Console& console) {
  v1::ProveRequest request;
  *request.mutable_scope() = ToScope(options.scope);
  SetDuration(deadline, *request.mutable_timeout());
  request.set_trial_limit(options.trials);
  grpc::ClientContext context;
  SetStreamTimeout(context, deadline);
  const auto reader = client.stub().Prove(&context, request);
  v1::ProveResponse last;
  const grpc::Status status = ReadToEnd(*reader, last, console);
  if (!status.ok()) {
    return CodeOfExperiment(client.ReportUnmeasured(status, console), status);
  }
  const ExitCode code = Print(options, last.plans(), client, console);
  if (code != ExitCode::kFindings || last.judged_count() > 0) return code;
  console.Error(absl::StrCat("no explanation could be put to the test",
                             last.untested_count() > 0
                                 ? ": the reasons stand above"
                                 : ": no known fact separates the groups"));
  return ExitCode::kCouldNotTell;
}

ExitCode ClimbLadder(const ExplainOptions& options, absl::Duration deadline,
                     ControllerClient& client, Console& console) {
  v1::ClimbRequest request;
  request.set_host_id(options.ladder);
  request.set_against_host_id(options.against);
  for (const std::string& plan : options.scope.plans) {
    v1::PlanRequest& wanted = *request.add_plans();
    wanted.set_name(plan);
    for (const std::string& cell : options.cells) wanted.add_cells(cell);
  }
  SetDuration(deadline, *request.mutable_timeout());
  grpc::ClientContext context;
  SetStreamTimeout(context, deadline);
  const auto reader = client.stub().Climb(&context, request);
  v1::ClimbResponse last;
  const grpc::Status status = ReadToEnd(*reader, last, console);
  if (!status.ok()) {
    return CodeOfExperiment(client.Report(status, console), status);
  }
  console.Data(options.print.format == OutputFormat::kJson
                   ? LadderJson(options.ladder, last.plans())
                   : LadderText(options.ladder, last.plans(), console));
  const ExitCode code = ExitCodeOf(last.plans());
  if (code == ExitCode::kCouldNotTell) {
    console.Error("no cell could be compared: the reasons stand above");
  }
  return code;
}

ExitCode Run(const ExplainOptions& options, Console& console) {
  absl::Status valid = Check(options);
  const absl::StatusOr<absl::Duration> deadline =
      ParseTime("--deadline", options.deadline);
  valid.Update(deadline.status());
  absl::StatusOr<ControllerClient> client =
      ControllerClient::Create(options.controller);
  valid.Update(client.status());
  if (!valid.ok()) {
    console.Error(valid);
    return ExitCode::kInvalid;
  }
  if (options.prove) return Prove(options, *deadline, *client, console);
  if (!options.ladder.empty()) {
    return ClimbLadder(options, *deadline, *client, console);
  }
  return Explain(options, *client, console);
}

void AddExperimentOptions(CLI::App& command, ExplainOptions& options) {
  command.add_flag("--prove", options.prove,
                   "puts the explanations to the test: a host of each group "
                   "runs the cells in which they differ again in fresh worlds, "
                   "with the other's sysctls");
  command
      .add_option("--trials", options.trials,
                  "with --prove: at most so many experiments a group; 4 by "
                  "default")
      ->check(CLI::Range(1, 20))
      ->option_text("N");
  command
      .add_option("--ladder", options.ladder,
                  "runs the cells in which this host differs, or those of "
                  "--plan, in each world: the first in which they change names "
                  "the layer")
      ->option_text("HOST");
  command
      .add_option("--against", options.against,
                  "with --ladder: the host that each world is compared with; "
                  "by default one of the largest group")
      ->option_text("HOST");
  command
      .add_option("--cell", options.cells,
                  "with --ladder: these cells of the plan only, such as "
                  "'[a.addr=::,b.addr=127.0.0.1]'")
      // Else CLI11 takes the brackets for a list of its own.
      ->allow_extra_args(false)
      ->option_text("[axis=value,…]");
  command
      .add_option("--deadline", options.deadline,
                  "with --prove and --ladder: what was not tried after so long "
                  "could not be tested; 5m by default")
      ->option_text("TIME");
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
  AddExperimentOptions(*command, *options);
  AddAnalysisPrint(*command, options->print);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return Run(*options, console);
    };
  });
}

}  // namespace sockdrift
