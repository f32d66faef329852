#include "controller/services/acknowledgement_service.h"

#include "controller/analysis/acknowledgement_calls.h"
#include "controller/services/finish_call.h"
#include "controller/services/peer_names.h"
#include "sockdrift/v1/acknowledgement_service.grpc.pb.h"

namespace sockdrift {
namespace {

using Context = grpc::CallbackServerContext;

// "" where there is no certificate: then the caller's word is all there is.
std::string Caller(const Context& context) {
  for (const char* property : {kAlternativeNames, kCommonName}) {
    const auto names = PeerNames(context, property);
    if (names.has_value() && !names->empty()) return names->front();
  }
  return "";
}

// Writes the answer, if there is one, and ends the call.
template <typename Response>
grpc::ServerUnaryReactor* Answer(Context* context,
                                 absl::StatusOr<Response> answer,
                                 Response& response) {
  if (answer.ok()) response = *std::move(answer);
  return FinishCall(context, answer.status());
}

class AcknowledgementServiceShell
    : public v1::AcknowledgementService::CallbackService {
 public:
  explicit AcknowledgementServiceShell(FleetAnalysis& analysis)
      : analysis_(analysis) {}

  grpc::ServerUnaryReactor* AddAcknowledgement(
      Context* context, const v1::AddAcknowledgementRequest* request,
      v1::AddAcknowledgementResponse* response) override {
    return Answer(
        context,
        sockdrift::AddAcknowledgement(analysis_, *request, Caller(*context)),
        *response);
  }

  grpc::ServerUnaryReactor* ListAcknowledgements(
      Context* context, const v1::ListAcknowledgementsRequest* request,
      v1::ListAcknowledgementsResponse* response) override {
    return Answer(context, sockdrift::ListAcknowledgements(analysis_, *request),
                  *response);
  }

  grpc::ServerUnaryReactor* RemoveAcknowledgement(
      Context* context, const v1::RemoveAcknowledgementRequest* request,
      v1::RemoveAcknowledgementResponse*) override {
    return FinishCall(context, sockdrift::RemoveAcknowledgement(
                                   analysis_, *request, Caller(*context)));
  }

 private:
  FleetAnalysis& analysis_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAcknowledgementService(
    FleetAnalysis& analysis) {
  return std::make_unique<AcknowledgementServiceShell>(analysis);
}

}  // namespace sockdrift
