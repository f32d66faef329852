#include <algorithm>
#include <iterator>
#include <memory>
#include <set>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/choice.h"
#include "cli/interrupt.h"
#include "cli/plan_source.h"
#include "cli/remote_commands.h"
#include "cli/run_watch.h"
#include "compiler/catalogue.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

struct RunOptions {
  TransportOptions controller;
  std::vector<std::string> plans;
  std::vector<std::string> folders;
  std::vector<std::string> cells;
  std::vector<std::string> overrides;  // KEY=VALUE
  bool long_running = false;
  v1::World world = v1::WORLD_REPLICA;
  std::string selector;
  std::string deadline = "5m";
  std::string jitter;
  int at_once = 0;
  int wait_hosts = 0;
  std::string watch;
  std::string cancel;
  bool detach = false;
  OutputFormat format = OutputFormat::kTable;
};

void AddSource(const PlanText& text, v1::PlanRequest& plan) {
  plan.mutable_source()->set_file(text.file);
  plan.mutable_source()->set_yaml(text.yaml);
}

// The folders' plans that are wanted. They are sent as they are: the controller
// need not have them.
absl::Status AddOwnPlans(const RunOptions& options,
                         std::set<std::string>& found,
                         v1::StartRunRequest& request) {
  std::vector<PlanText> texts;
  for (const std::string& folder : options.folders) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<PlanText> own,
                               ReadPlanFolder(folder));
    std::move(own.begin(), own.end(), std::back_inserter(texts));
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<CatalogueEntry> entries,
                             CompileAll(texts));
  const bool all = options.plans.empty();
  for (size_t i = 0; i < entries.size(); ++i) {
    const CompiledPlan& plan = entries[i].plan;
    const bool wanted = std::find(options.plans.begin(), options.plans.end(),
                                  plan.name) != options.plans.end();
    const bool too_long = plan.program.long_running && !options.long_running;
    if (!wanted && (!all || too_long)) continue;
    found.insert(plan.name);
    v1::PlanRequest& sent = *request.add_plans();
    AddSource(texts[i], sent);
    for (const std::string& cell : options.cells) sent.add_cells(cell);
  }
  request.set_with_catalogue(all && !options.folders.empty());
  return absl::OkStatus();
}

absl::Status AddPlans(const RunOptions& options, v1::StartRunRequest& request) {
  if (options.plans.empty() && !options.cells.empty()) {
    return absl::InvalidArgumentError("--cell needs the --plan that it is of");
  }
  if (options.plans.size() > 1 && !options.cells.empty()) {
    return absl::InvalidArgumentError(
        "--cell goes with one --plan: start a run for each plan");
  }
  std::set<std::string> found;
  SOCKDRIFT_RETURN_IF_ERROR(AddOwnPlans(options, found, request));
  for (const std::string& wanted : options.plans) {
    if (found.count(wanted) > 0) continue;
    v1::PlanRequest& plan = *request.add_plans();
    if (LooksLikePlanFile(wanted)) {
      SOCKDRIFT_ASSIGN_OR_RETURN(PlanText text, ReadPlanFile(wanted));
      AddSource(text, plan);
    } else {
      plan.set_name(wanted);
    }
    for (const std::string& cell : options.cells) plan.add_cells(cell);
  }
  return absl::OkStatus();
}

absl::Status AddOverrides(const RunOptions& options,
                          v1::StartRunRequest& request) {
  for (const std::string& text : options.overrides) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(text, absl::MaxSplits('=', 1));
    if (parts.first.empty() || parts.second.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--set ", text,
                       ": write SYSCTL=VALUE, such as net.ipv6.bindv6only=1"));
    }
    v1::SysctlOverride& override_ = *request.add_overrides();
    override_.set_name(parts.first);
    override_.set_value(parts.second);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::StartRunRequest> ToRequest(const RunOptions& options) {
  v1::StartRunRequest request;
  SOCKDRIFT_RETURN_IF_ERROR(AddPlans(options, request));
  SOCKDRIFT_RETURN_IF_ERROR(AddOverrides(options, request));
  request.set_include_long(options.long_running);
  request.set_world(options.world);
  request.set_selector(options.selector);
  request.set_parallel_host_limit(options.at_once);
  SOCKDRIFT_ASSIGN_OR_RETURN(const absl::Duration deadline,
                             ParseTime("--deadline", options.deadline));
  SetDuration(deadline, *request.mutable_timeout());
  if (!options.jitter.empty()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const absl::Duration jitter,
                               ParseTime("--jitter", options.jitter));
    SetDuration(jitter, *request.mutable_jitter());
  }
  return request;
}

ExitCode StartRun(const RunOptions& options, ControllerClient& client,
                  Console& console) {
  const absl::StatusOr<v1::StartRunRequest> request = ToRequest(options);
  if (!request.ok()) {
    console.Error(request.status());
    return ExitCode::kInvalid;
  }
  if (options.wait_hosts > 0) {
    const ExitCode waited =
        WaitForHosts(client, options.selector, options.wait_hosts,
                     absl::Seconds(request->timeout().seconds()), console);
    if (waited != ExitCode::kFine) return waited;
  }
  v1::StartRunResponse response;
  grpc::ClientContext context;
  ControllerClient::SetTimeout(
      context, absl::Seconds(ControllerClient::kShortCallSeconds));
  const grpc::Status status =
      client.stub().StartRun(&context, *request, &response);
  if (!status.ok()) return client.Report(status, console);
  if (options.detach) {
    console.Data(absl::StrCat(response.run().run_id(), "\n"));
    return ExitCode::kFine;
  }
  return WatchRun(client, response.run().run_id(), options.format, console);
}

ExitCode CancelRun(const RunOptions& options, ControllerClient& client,
                   Console& console) {
  v1::CancelRunRequest request;
  request.set_run_id(options.cancel);
  v1::CancelRunResponse response;
  grpc::ClientContext context;
  ControllerClient::SetTimeout(
      context, absl::Seconds(ControllerClient::kShortCallSeconds));
  const grpc::Status status =
      client.stub().CancelRun(&context, request, &response);
  if (!status.ok()) return client.Report(status, console);
  return WatchRun(client, options.cancel, options.format, console);
}

ExitCode RunCommand(const RunOptions& options, Console& console) {
  absl::StatusOr<ControllerClient> client =
      ControllerClient::Create(options.controller);
  if (!client.ok()) {
    console.Error(client.status());
    return ExitCode::kInvalid;
  }
  WatchInterrupts();
  if (!options.cancel.empty()) return CancelRun(options, *client, console);
  if (!options.watch.empty()) {
    return WatchRun(*client, options.watch, options.format, console);
  }
  return StartRun(options, *client, console);
}

void AddWhatOptions(CLI::App& command, RunOptions& options) {
  command
      .add_option("--plan", options.plans,
                  "a plan of the controller's catalogue, or a file; may be "
                  "given several times; the whole catalogue without it")
      ->option_text("NAME|FILE");
  AddPlansFolderOption(command, options.folders);
  command
      .add_option("--cell", options.cells,
                  "only this cell of the plan; may be given several times. "
                  "What it shows is not taken for the host's behaviour")
      // Else CLI11 takes the brackets for a list of its own.
      ->allow_extra_args(false)
      ->option_text("[axis=value,…]");
  command.add_flag("--long", options.long_running,
                   "also plans that take minutes (TIME_WAIT)");
  AddChoice<v1::World>(command, "--world", options.world,
                       {{"replica", v1::WORLD_REPLICA},
                        {"pristine", v1::WORLD_PRISTINE},
                        {"own", v1::WORLD_OWN},
                        {"host", v1::WORLD_HOST}},
                       "where plans run on each host");
  command
      .add_option("--set", options.overrides,
                  "a sysctl that every fresh world gets: an experiment")
      ->option_text("SYSCTL=VALUE");
}

void AddHowOptions(CLI::App& command, RunOptions& options) {
  command
      .add_option("--deadline", options.deadline,
                  "the run ends after this long; 5m by default")
      ->option_text("TIME");
  command
      .add_option("--jitter", options.jitter,
                  "each host begins after a random time below this")
      ->option_text("TIME");
  command
      .add_option("--at-once", options.at_once,
                  "at most so many hosts measure at once")
      ->check(CLI::Range(0, 1000000))
      ->option_text("N");
  command
      .add_option("--wait-hosts", options.wait_hosts,
                  "first wait until so many hosts are connected")
      ->check(CLI::Range(0, 1000000))
      ->option_text("N");
  command.add_flag("--detach", options.detach,
                   "print the run's id and do not wait for it");
  command
      .add_option("--watch", options.watch,
                  "start nothing: watch this run, or show how it ended")
      ->option_text("ID");
  command.add_option("--cancel", options.cancel, "end this run at once")
      ->option_text("ID");
}

}  // namespace

void AddRunCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "run", "Runs plans on hosts of the fleet and waits for their answers");
  auto options = std::make_shared<RunOptions>();
  AddControllerOptions(*command, options->controller);
  AddSelectorOption(*command, options->selector);
  AddWhatOptions(*command, *options);
  AddHowOptions(*command, *options);
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return RunCommand(*options, console);
    };
  });
}

}  // namespace sockdrift
