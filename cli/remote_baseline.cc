#include "cli/remote_baseline.h"

#include "cli/controller_channel.h"
#include "sockdrift/v1/baseline_service.grpc.pb.h"

namespace sockdrift {
namespace {

using Stub = v1::BaselineService::StubInterface;

constexpr size_t kChunkSize = 1 << 20;  // what a message may carry

}  // namespace

ExitCode FetchBaseline(const TransportOptions& controller,
                       const std::string& name, std::string& text,
                       Console& console) {
  return CallController<v1::BaselineService>(
      controller, console, [&](Stub& stub, grpc::ClientContext& context) {
        v1::ExportBaselineRequest request;
        request.set_name(name);
        const auto reader = stub.ExportBaseline(&context, request);
        text.clear();
        v1::ExportBaselineResponse response;
        while (reader->Read(&response)) text += response.chunk();
        return reader->Finish();
      });
}

ExitCode SendBaseline(const TransportOptions& controller,
                      const std::string& name, const std::string& source,
                      absl::string_view bytes,
                      v1::ImportBaselineResponse& response, Console& console) {
  return CallController<v1::BaselineService>(
      controller, console, [&](Stub& stub, grpc::ClientContext& context) {
        const auto writer = stub.ImportBaseline(&context, &response);
        for (size_t sent = 0; sent < bytes.size(); sent += kChunkSize) {
          v1::ImportBaselineRequest request;
          request.set_name(name);
          request.set_source(source);
          request.set_chunk(std::string(bytes.substr(sent, kChunkSize)));
          // A broken stream tells its reason in Finish.
          if (!writer->Write(request)) break;
        }
        writer->WritesDone();
        return writer->Finish();
      });
}

}  // namespace sockdrift
