#include "cli/run_watch.h"

#include <poll.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/interrupt.h"
#include "cli/run_reasons.h"
#include "cli/run_report.h"
#include "core/divergence/render.h"

namespace sockdrift {
namespace {

constexpr int kMostBreaks = 5;  // of the stream, one after another

// Returns early when a signal comes.
void Pause(absl::Duration time) {
  poll(nullptr, 0, static_cast<int>(absl::ToInt64Milliseconds(time)));
}

void Take(const v1::WatchRunResponse& response, RunView& view) {
  view.run = response.run();
  for (const v1::RunHost& host : response.hosts()) {
    view.hosts[host.host_id()] = host;
  }
}

// One stream, until the run or the stream ends. `heard` says whether anything
// came.
grpc::Status Follow(ControllerClient& client, const std::string& run_id,
                    RunView& view, bool& heard, Console& console) {
  v1::WatchRunRequest request;
  request.set_run_id(run_id);
  grpc::ClientContext context;
  const auto reader = client.stub().WatchRun(&context, request);
  v1::WatchRunResponse response;
  while (!Interrupted() && reader->Read(&response)) {
    heard = true;
    Take(response, view);
    console.Progress(RunProgress(view, view.run.deadline_time().seconds() -
                                           absl::ToUnixSeconds(absl::Now())));
  }
  if (Interrupted()) context.TryCancel();
  return reader->Finish();
}

bool Ended(const RunView& view) {
  return view.run.phase() == v1::RUN_PHASE_FINISHED ||
         view.run.phase() == v1::RUN_PHASE_CANCELLED;
}

void SayWhoIsMissing(const RunView& view, Console& console) {
  const v1::RunTally& tally = view.run.tally();
  console.Error(absl::StrCat(
      tally.selected_count() - tally.answered_count(), " of ",
      Counted(static_cast<uint64_t>(tally.selected_count()), "host", "hosts"),
      " gave no full answer: their reasons stand above"));
}

}  // namespace

ExitCode WatchRun(ControllerClient& client, const std::string& run_id,
                  OutputFormat format, Console& console) {
  RunView view;
  for (int breaks = 0; !Ended(view);) {
    bool heard = false;
    const grpc::Status status = Follow(client, run_id, view, heard, console);
    if (Interrupted()) {
      console.Note(absl::StrCat("the run goes on; 'sockdrift run --watch ",
                                run_id, "' watches it again, --cancel ", run_id,
                                " ends it"));
      return ExitCode::kCouldNotTell;
    }
    if (Ended(view)) break;
    breaks = heard ? 0 : breaks + 1;
    const bool may_come_back =
        status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE;
    if (!may_come_back) return client.Report(status, console);
    if (breaks > kMostBreaks) {
      return client.Report(
          {grpc::StatusCode::UNAVAILABLE, "it broke the stream off"}, console);
    }
    console.Progress(
        absl::StrCat("run ", run_id, ": the controller is away; trying again"));
    Pause(absl::Seconds(1 << breaks));
  }
  FillReasons(client, view, console);
  console.Data(format == OutputFormat::kJson ? RunJson(view)
                                             : RunText(view, console));
  const ExitCode code = ExitCodeOf(view);
  if (code != ExitCode::kFine) SayWhoIsMissing(view, console);
  return code;
}

ExitCode WaitForHosts(ControllerClient& client, const std::string& selector,
                      int wanted, absl::Duration limit, Console& console) {
  const absl::Time deadline = absl::Now() + limit;
  absl::Duration pause = absl::Milliseconds(100);
  int connected = 0;
  while (!Interrupted()) {
    v1::ListHostsRequest request;
    request.set_selector(selector);
    v1::ListHostsResponse response;
    grpc::ClientContext context;
    context.set_wait_for_ready(true);  // the controller may be starting too
    ControllerClient::SetTimeout(
        context,
        std::min(limit, absl::Seconds(ControllerClient::kShortCallSeconds)));
    const grpc::Status status =
        client.stub().ListHosts(&context, request, &response);
    if (!status.ok()) return client.Report(status, console);
    connected = static_cast<int>(std::count_if(
        response.hosts().begin(), response.hosts().end(),
        [](const v1::FleetHost& host) { return host.connected(); }));
    if (connected >= wanted) return ExitCode::kFine;
    if (absl::Now() > deadline) break;
    console.Progress(
        absl::StrCat(connected, " of ", wanted, " hosts are connected"));
    Pause(pause);
    pause = std::min(2 * pause, absl::Seconds(2));
  }
  console.Error(
      absl::StrCat("only ", connected, " of ", wanted,
                   " hosts are connected; 'sockdrift hosts' shows which"));
  return ExitCode::kCouldNotTell;
}

}  // namespace sockdrift
