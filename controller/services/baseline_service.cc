#include "controller/services/baseline_service.h"

#include <utility>

#include "controller/baselines/baseline_proto.h"
#include "controller/services/chunk_streams.h"
#include "controller/services/finish_call.h"
#include "sockdrift/v1/baseline_service.grpc.pb.h"

namespace sockdrift {
namespace {

using Context = grpc::CallbackServerContext;

// The same fields in the answers of both ways to set one.
template <typename Response>
absl::Status WriteSet(const absl::StatusOr<BaselineSet>& set,
                      Response& response) {
  if (!set.ok()) return set.status();
  *response.mutable_baseline() = SummaryOf(set->row);
  response.set_replaced(set->replaced);
  return absl::OkStatus();
}

class BaselineServiceShell : public v1::BaselineService::CallbackService {
 public:
  explicit BaselineServiceShell(BaselineBook& baselines)
      : baselines_(baselines) {}

  grpc::ServerUnaryReactor* SetBaseline(
      Context* context, const v1::SetBaselineRequest* request,
      v1::SetBaselineResponse* response) override {
    return FinishCall(
        context,
        WriteSet(baselines_.Set(request->name(), request->scope()), *response));
  }

  grpc::ServerUnaryReactor* ListBaselines(
      Context* context, const v1::ListBaselinesRequest*,
      v1::ListBaselinesResponse* response) override {
    const absl::StatusOr<std::vector<BaselineRow>> rows = baselines_.List();
    if (!rows.ok()) return FinishCall(context, rows.status());
    for (const BaselineRow& row : *rows) {
      const absl::StatusOr<BaselineRow> whole = baselines_.Find(row.name);
      // It may have been removed meanwhile.
      if (whole.ok()) *response->add_baselines() = SummaryOf(*whole);
    }
    return FinishCall(context, absl::OkStatus());
  }

  grpc::ServerUnaryReactor* GetBaseline(
      Context* context, const v1::GetBaselineRequest* request,
      v1::GetBaselineResponse* response) override {
    const absl::StatusOr<BaselineRow> row = baselines_.Find(request->name());
    if (!row.ok()) return FinishCall(context, row.status());
    absl::StatusOr<v1::Baseline> details =
        DetailsOf(*row, baselines_.analysis().hub());
    if (details.ok()) *response->mutable_baseline() = *std::move(details);
    return FinishCall(context, details.status());
  }

  grpc::ServerWriteReactor<v1::ExportBaselineResponse>* ExportBaseline(
      Context*, const v1::ExportBaselineRequest* request) override {
    return new ChunkWriter<v1::ExportBaselineResponse>(
        baselines_.Export(request->name()));
  }

  grpc::ServerReadReactor<v1::ImportBaselineRequest>* ImportBaseline(
      Context*, v1::ImportBaselineResponse* response) override {
    return new ChunkReader<v1::ImportBaselineRequest>(
        [this, response](const v1::ImportBaselineRequest& first,
                         const std::string& file) {
          return WriteSet(baselines_.Import(first.name(), first.source(), file),
                          *response);
        });
  }

  grpc::ServerUnaryReactor* RemoveBaseline(
      Context* context, const v1::RemoveBaselineRequest* request,
      v1::RemoveBaselineResponse*) override {
    return FinishCall(context, baselines_.Remove(request->name()));
  }

 private:
  BaselineBook& baselines_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeBaselineService(BaselineBook& baselines) {
  return std::make_unique<BaselineServiceShell>(baselines);
}

}  // namespace sockdrift
