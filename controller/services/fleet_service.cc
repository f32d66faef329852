#include "controller/services/fleet_service.h"

#include <algorithm>
#include <utility>

#include "controller/analysis/analysis_proto.h"
#include "controller/analysis/cell_search.h"
#include "controller/analysis/host_list.h"
#include "controller/runs/run_proto.h"
#include "controller/services/chunk_streams.h"
#include "controller/services/experiments.h"
#include "controller/services/finish_call.h"
#include "controller/services/run_stream.h"
#include "core/base/status_macros.h"
#include "sockdrift/v1/fleet_service.grpc.pb.h"

namespace sockdrift {
namespace {

using Context = grpc::CallbackServerContext;

class FleetServiceShell : public v1::FleetService::CallbackService {
 public:
  FleetServiceShell(Hub& hub, FleetAnalysis& analysis)
      : hub_(hub), analysis_(analysis), experiments_(hub, analysis) {}

  grpc::ServerUnaryReactor* ListHosts(
      Context* context, const v1::ListHostsRequest* request,
      v1::ListHostsResponse* response) override {
    return FinishCall(context,
                      WriteHosts(hub_, analysis_, *request, *response));
  }

  grpc::ServerUnaryReactor* StartRun(Context* context,
                                     const v1::StartRunRequest* request,
                                     v1::StartRunResponse* response) override {
    absl::StatusOr<RunView> view = hub_.StartRun(*request);
    if (view.ok()) *response->mutable_run() = std::move(view->run);
    return FinishCall(context, view.status());
  }

  grpc::ServerWriteReactor<v1::WatchRunResponse>* WatchRun(
      Context*, const v1::WatchRunRequest* request) override {
    const auto stream = std::make_shared<RunStream>(hub_, request->run_id());
    stream->Begin();
    return stream.get();
  }

  grpc::ServerUnaryReactor* CancelRun(
      Context* context, const v1::CancelRunRequest* request,
      v1::CancelRunResponse* response) override {
    absl::StatusOr<RunView> view = hub_.CancelRun(request->run_id());
    if (view.ok()) *response->mutable_run() = std::move(view->run);
    return FinishCall(context, view.status());
  }

  grpc::ServerUnaryReactor* GetRun(Context* context,
                                   const v1::GetRunRequest* request,
                                   v1::GetRunResponse* response) override {
    absl::StatusOr<RunView> view = hub_.ViewRun(request->run_id(), 0);
    if (view.ok()) {
      *response->mutable_run() = std::move(view->run);
      for (v1::RunHost& host : view->hosts) {
        *response->add_hosts() = std::move(host);
      }
    }
    return FinishCall(context, view.status());
  }

  grpc::ServerUnaryReactor* ListRuns(Context* context,
                                     const v1::ListRunsRequest* request,
                                     v1::ListRunsResponse* response) override {
    const int limit =
        request->page_size() <= 0 ? 100 : std::min(request->page_size(), 1000);
    absl::StatusOr<std::vector<v1::Run>> runs = hub_.ListRuns(limit);
    if (runs.ok()) {
      for (v1::Run& run : *runs) *response->add_runs() = std::move(run);
    }
    return FinishCall(context, runs.status());
  }

  grpc::ServerUnaryReactor* ListGroups(
      Context* context, const v1::ListGroupsRequest* request,
      v1::ListGroupsResponse* response) override {
    return FinishCall(context, WriteGroups(*request, *response));
  }

  grpc::ServerUnaryReactor* ListCells(
      Context* context, const v1::ListCellsRequest* request,
      v1::ListCellsResponse* response) override {
    return FinishCall(context, WriteCells(*request, *response));
  }

  grpc::ServerUnaryReactor* Explain(Context* context,
                                    const v1::ExplainRequest* request,
                                    v1::ExplainResponse* response) override {
    return FinishCall(context, WriteExplained(request->scope(), *response));
  }

  grpc::ServerUnaryReactor* GetHistory(
      Context* context, const v1::GetHistoryRequest* request,
      v1::GetHistoryResponse* response) override {
    absl::StatusOr<v1::HostHistory> history = analysis_.History(*request);
    if (history.ok()) *response->mutable_history() = *std::move(history);
    return FinishCall(context, history.status());
  }

  grpc::ServerWriteReactor<v1::ProveResponse>* Prove(
      Context*, const v1::ProveRequest* request) override {
    return experiments_.Prove(*request);
  }

  grpc::ServerWriteReactor<v1::ClimbResponse>* Climb(
      Context*, const v1::ClimbRequest* request) override {
    return experiments_.Climb(*request);
  }

  grpc::ServerWriteReactor<v1::ExportResponse>* Export(
      Context*, const v1::ExportRequest* request) override {
    return new ChunkWriter<v1::ExportResponse>(
        analysis_.Export(request->scope()));
  }

  grpc::ServerReadReactor<v1::ImportRequest>* Import(
      Context*, v1::ImportResponse* response) override {
    return new ChunkReader<v1::ImportRequest>(
        [this, response](const v1::ImportRequest&, const std::string& file) {
          absl::StatusOr<v1::ImportResponse> taken = analysis_.Import(file);
          if (taken.ok()) *response = *std::move(taken);
          return taken.status();
        });
  }

 private:
  absl::Status WriteGroups(const v1::ListGroupsRequest& request,
                           v1::ListGroupsResponse& response) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<PlanGroups> plans,
                               analysis_.Select(request.scope()));
    if (!request.where().empty()) {
      SOCKDRIFT_ASSIGN_OR_RETURN(const int64_t matching,
                                 NarrowGroups(request.where(), plans));
      response.set_matching_count(matching);
    }
    for (const PlanGroups& plan : plans) {
      *response.add_plans() = ToProto(plan, /*explained=*/false);
    }
    return absl::OkStatus();
  }

  absl::Status WriteExplained(const v1::AnalysisScope& scope,
                              v1::ExplainResponse& response) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<PlanGroups> plans,
                               analysis_.Select(scope));
    for (const PlanGroups& plan : plans) {
      *response.add_plans() = ToProto(plan, /*explained=*/true);
    }
    return absl::OkStatus();
  }

  absl::Status WriteCells(const v1::ListCellsRequest& request,
                          v1::ListCellsResponse& response) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<PlanGroups> plans,
                               analysis_.Select(request.scope()));
    SOCKDRIFT_ASSIGN_OR_RETURN(
        response, FindCells(request.where(), request.limit(), plans));
    return absl::OkStatus();
  }

  Hub& hub_;
  FleetAnalysis& analysis_;
  Experiments experiments_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeFleetService(Hub& hub,
                                                FleetAnalysis& analysis) {
  return std::make_unique<FleetServiceShell>(hub, analysis);
}

}  // namespace sockdrift
