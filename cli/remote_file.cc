#include "cli/remote_file.h"

#include "absl/strings/str_cat.h"
#include "cli/query_option.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

constexpr size_t kChunkSize = 1 << 20;  // what a message may carry

}  // namespace

absl::StatusOr<ControllerClient> ClientToQuery(
    const TransportOptions& controller, const std::string& where) {
  SOCKDRIFT_ASSIGN_OR_RETURN(ControllerClient client,
                             ControllerClient::Create(controller));
  SOCKDRIFT_RETURN_IF_ERROR(ParseWhere(where).status());
  return client;
}

ExitCode FetchBehaviours(ControllerClient& client,
                         const v1::AnalysisScope& scope, BehaviourFile& file,
                         Console& console) {
  v1::ExportRequest request;
  *request.mutable_scope() = scope;
  grpc::ClientContext context;
  ControllerClient::SetTimeout(
      context, absl::Seconds(ControllerClient::kLongCallSeconds));
  const auto reader = client.stub().Export(&context, request);
  std::string bytes;
  v1::ExportResponse response;
  while (reader->Read(&response)) {
    bytes += response.chunk();
    console.Progress(absl::StrCat(bytes.size() / 1024, " KiB received"));
  }
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return client.ReportUnmeasured(status, console);
  absl::StatusOr<BehaviourFile> decoded =
      DecodeBehaviourFile(bytes, "the controller's answer");
  if (!decoded.ok()) {
    console.Error(decoded.status());
    return ExitCode::kOwnFault;
  }
  file = *std::move(decoded);
  if (!file.hosts.empty()) return ExitCode::kFine;
  console.Error("no host that matches was measured yet: 'sockdrift run' does");
  return ExitCode::kCouldNotTell;
}

ExitCode FetchGroups(ControllerClient& client, const v1::AnalysisScope& scope,
                     const std::string& where, v1::ListGroupsResponse& response,
                     Console& console) {
  v1::ListGroupsRequest request;
  *request.mutable_scope() = scope;
  request.set_where(where);
  grpc::ClientContext context;
  ControllerClient::SetTimeout(
      context, absl::Seconds(ControllerClient::kLongCallSeconds));
  const grpc::Status status =
      client.stub().ListGroups(&context, request, &response);
  return status.ok() ? ExitCode::kFine
                     : client.ReportUnmeasured(status, console);
}

ExitCode SendBehaviours(ControllerClient& client, absl::string_view bytes,
                        v1::ImportResponse& response, Console& console) {
  grpc::ClientContext context;
  ControllerClient::SetTimeout(
      context, absl::Seconds(ControllerClient::kLongCallSeconds));
  const auto writer = client.stub().Import(&context, &response);
  for (size_t sent = 0; sent < bytes.size(); sent += kChunkSize) {
    v1::ImportRequest request;
    request.set_chunk(std::string(bytes.substr(sent, kChunkSize)));
    // A broken stream tells its reason in Finish.
    if (!writer->Write(request)) break;
    console.Progress(absl::StrCat(sent / 1024, " KiB sent"));
  }
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (status.ok()) return ExitCode::kFine;
  const ExitCode code = client.Report(status, console);
  // The file is what is wrong, not what can be told.
  return code == ExitCode::kCouldNotTell ? ExitCode::kInvalid : code;
}

}  // namespace sockdrift
