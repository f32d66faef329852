// sockdrift-controller: puts the parts together and ends in order.
#include <signal.h>

#include <atomic>
#include <iostream>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "controller/analysis/fleet_analysis.h"
#include "controller/baselines/baseline_book.h"
#include "controller/gates/gate_book.h"
#include "controller/main/options.h"
#include "controller/main/process.h"
#include "controller/metrics/fleet_metrics.h"
#include "controller/services/server.h"
#include "controller/sessions/hub.h"
#include "controller/store/sqlite_store.h"
#include "controller/web/gate_pages.h"
#include "controller/web/pages.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"
#include "wire/file_bytes.h"

namespace sockdrift {
namespace {

constexpr int kInvalidInput = 2;
constexpr int kOwnFault = 5;
constexpr absl::Duration kGrace = absl::Seconds(5);

// Every part in the order in which it depends on the one before.
struct Controller {
  std::unique_ptr<SqliteStore> store;
  std::unique_ptr<ProgramBook> programs;
  std::unique_ptr<Hub> hub;
  std::unique_ptr<FleetAnalysis> analysis;
  std::unique_ptr<BaselineBook> baselines;
  std::unique_ptr<GateBook> gates;
  std::unique_ptr<FleetMetrics> metrics;
  std::unique_ptr<Server> server;
  std::unique_ptr<WebServer> web;
  std::atomic<bool> draining = false;
};

absl::Status Ready(Controller& controller) {
  if (controller.draining) {
    return absl::UnavailableError("the controller is stopping");
  }
  return controller.store->Health();
}

absl::Status Begin(const ControllerOptions& options, Controller& controller) {
  SOCKDRIFT_ASSIGN_OR_RETURN(controller.store,
                             SqliteStore::Open(options.data_directory));
  controller.programs = std::make_unique<ProgramBook>(*controller.store);
  SOCKDRIFT_RETURN_IF_ERROR(controller.programs->Load());
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<PlanOfRun> catalogue,
                             LoadCatalogue(options.plan_folders));
  controller.hub =
      std::make_unique<Hub>(*controller.store, *controller.programs,
                            HubOptions{.audit_interval = options.audit_interval,
                                       .keep_runs = options.keep_runs});
  SOCKDRIFT_RETURN_IF_ERROR(controller.hub->Start(std::move(catalogue)));
  controller.analysis = std::make_unique<FleetAnalysis>(*controller.hub);
  controller.baselines = std::make_unique<BaselineBook>(*controller.analysis);
  controller.gates =
      std::make_unique<GateBook>(*controller.baselines, options.gates_folder);
  SOCKDRIFT_RETURN_IF_ERROR(controller.gates->Start());
  controller.metrics = std::make_unique<FleetMetrics>(
      *controller.hub, *controller.analysis, *controller.gates,
      MetricsOptions{.tls_certificate = options.server.tls.certificate});
  SOCKDRIFT_ASSIGN_OR_RETURN(
      controller.server,
      Listen(options.server, {*controller.hub, *controller.analysis,
                              *controller.baselines, *controller.gates}));
  if (!options.web_address.empty()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(
        controller.web,
        ServeWeb(options.web_address,
                 MakePages(*controller.hub, *controller.analysis,
                           *controller.metrics, *controller.gates,
                           options.plan_folders,
                           [&controller] { return Ready(controller); }),
                 MakeHooks(*controller.gates)));
  }
  return absl::OkStatus();
}

absl::Status Announce(const ControllerOptions& options,
                      const Controller& controller) {
  const std::string grpc = absl::StrJoin(controller.server->addresses(), ", ");
  const std::string web =
      controller.web == nullptr ? "" : controller.web->address();
  Log(LogLevel::kInfo, "the controller serves",
      {{"grpc", grpc}, {"web", web}, {"data", options.data_directory}});
  if (options.server.insecure_plaintext) {
    Log(LogLevel::kWarning,
        "--insecure-plaintext: everyone on the way can read and change what "
        "is sent, and be any host");
  }
  NotifyServiceManager("READY=1");
  if (options.ready_file.empty()) return absl::OkStatus();
  std::string lines;
  for (const std::string& address : controller.server->addresses()) {
    absl::StrAppend(&lines, "grpc ", address, "\n");
  }
  if (!web.empty()) absl::StrAppend(&lines, "web http://", web, "\n");
  return WriteFileAtomically(options.ready_file, lines);
}

// A mistake in the plans leaves them as they were.
void ReadPlansAgain(const ControllerOptions& options, Hub& hub) {
  absl::StatusOr<std::vector<PlanOfRun>> catalogue =
      LoadCatalogue(options.plan_folders);
  const size_t plans = catalogue.ok() ? catalogue->size() : 0;
  const absl::Status used = catalogue.ok()
                                ? hub.UseCatalogue(*std::move(catalogue))
                                : catalogue.status();
  if (used.ok()) {
    Log(LogLevel::kInfo, "the plans were read again",
        {{"plans", absl::StrCat(plans)}});
  } else {
    Log(LogLevel::kError, "the plans stay as they were",
        {{"error", std::string(used.message())}});
  }
}

// A file with a mistake leaves its gate as it was.
void ReadGatesAgain(GateBook& gates) {
  const absl::Status read = gates.Reload();
  if (read.ok()) {
    Log(LogLevel::kInfo, "the gates were read again",
        {{"gates", absl::StrCat(gates.List().size())}});
  } else {
    Log(LogLevel::kError, "gates stay as they were",
        {{"error", std::string(read.message())}});
  }
}

int ExitCode(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kDataLoss:
      return kInvalidInput;
    default:
      return kOwnFault;
  }
}

int Serve(const ControllerOptions& options) {
  SetLogLevel(options.log_level);
  RaiseFileLimit();
  BlockAwaitedSignals();
  Controller controller;
  absl::Status status = Begin(options, controller);
  if (status.ok()) status = Announce(options, controller);
  if (!status.ok()) {
    std::cerr << "sockdrift-controller: " << status.message() << "\n";
    return ExitCode(status);
  }
  int number = AwaitSignal();
  for (; number == SIGHUP; number = AwaitSignal()) {
    ReadPlansAgain(options, *controller.hub);
    if (!options.gates_folder.empty()) ReadGatesAgain(*controller.gates);
  }
  controller.draining = true;
  NotifyServiceManager("STOPPING=1");
  Log(LogLevel::kInfo, "the controller stops",
      {{"signal", absl::StrCat(number)}});
  controller.server->Drain(kGrace);
  return 0;
}

}  // namespace
}  // namespace sockdrift

int main(int argc, char** argv) {
  // Debian's Abseil aborts on what it takes for a deadlock, and gRPC runs on
  // its mutexes.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  const std::variant<sockdrift::ControllerOptions, int> parsed =
      sockdrift::ParseOptions(argc, argv);
  if (const int* code = std::get_if<int>(&parsed)) return *code;
  return sockdrift::Serve(std::get<sockdrift::ControllerOptions>(parsed));
}
