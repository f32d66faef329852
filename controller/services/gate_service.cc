#include "controller/services/gate_service.h"

#include <list>
#include <thread>
#include <utility>

#include "controller/runs/run_proto.h"
#include "controller/services/finish_call.h"
#include "core/base/status_macros.h"
#include "sockdrift/v1/gate_service.grpc.pb.h"

namespace sockdrift {
namespace {

using Context = grpc::CallbackServerContext;
using Judged = absl::StatusOr<std::shared_ptr<const JudgedGate>>;

v1::GateVerdict ToProto(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::kPass:
      return v1::GATE_VERDICT_PASS;
    case GateVerdict::kFail:
      return v1::GATE_VERDICT_FAIL;
    case GateVerdict::kInconclusive:
      return v1::GATE_VERDICT_INCONCLUSIVE;
  }
  return v1::GATE_VERDICT_UNSPECIFIED;
}

void WriteGate(const GateStanding& standing, v1::Gate& out) {
  const GateFile& gate = standing.definition.gate;
  out.set_name(gate.rules.name);
  out.set_file(standing.definition.file);
  for (const std::string& operand : gate.baseline) out.add_baseline(operand);
  out.set_candidates(gate.candidates);
  if (standing.judged == nullptr) return;
  const GateReport& report = standing.judged->report;
  out.set_verdict(ToProto(report.judgement->verdict));
  out.set_reason(Reasons(report).front());
  *out.mutable_judge_time() = ToTimestamp(report.now);
}

template <typename Response>
absl::Status WriteVerdict(const Judged& judged, const v1::GateReports& wanted,
                          Response& response) {
  if (!judged.ok()) return judged.status();
  response.set_verdict(ToProto((*judged)->judgement.verdict));
  GateTextStyle style;
  if (wanted.width() > 0) style.width = static_cast<size_t>(wanted.width());
  if (wanted.rule_limit() > 0) {
    style.most_rules = static_cast<size_t>(wanted.rule_limit());
  }
  for (const std::string& format : wanted.formats()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(*response.add_reports(),
                               RenderGate(format, (*judged)->report, style));
  }
  return absl::OkStatus();
}

absl::StatusOr<GateRequest> ReadRequest(const v1::JudgeHostsRequest& request) {
  GateRequest read;
  if (!request.rules_yaml().empty()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(
        read.gate, ParseGateFile(request.rules_yaml(), request.rules_file()));
  }
  read.file = request.rules_file();
  // What the command line names takes the place of what the file does.
  read.gate.baseline.assign(request.baseline().begin(),
                            request.baseline().end());
  read.candidates.assign(request.candidates().begin(),
                         request.candidates().end());
  for (const v1::GateInput& file : request.baseline_files()) {
    read.baseline_files.emplace_back(file.name(), file.content());
  }
  if (request.no_confirm()) read.gate.confirm = false;
  if (request.has_confirm_timeout()) {
    read.gate.confirm_timeout =
        absl::Seconds(request.confirm_timeout().seconds());
  }
  return read;
}

// What may block for longer than gRPC's own threads should: each call has a
// thread of its own, and the last of them ends with the service.
class Workers {
 public:
  ~Workers() {
    for (std::thread& thread : threads_) thread.join();
  }
  void Run(std::function<void()> work) {
    MutexLock lock(&mutex_);
    const auto done = std::make_shared<std::atomic<bool>>(false);
    threads_.emplace_back([work = std::move(work), done] {
      work();
      *done = true;
    });
    done_.push_back(done);
    while (!done_.empty() && *done_.front()) {
      threads_.front().join();
      threads_.pop_front();
      done_.pop_front();
    }
  }

 private:
  Mutex mutex_;
  std::list<std::thread> threads_;
  std::list<std::shared_ptr<std::atomic<bool>>> done_;
};

class GateServiceShell : public v1::GateService::CallbackService {
 public:
  explicit GateServiceShell(GateBook& gates) : gates_(gates) {}

  grpc::ServerUnaryReactor* ListGates(
      Context* context, const v1::ListGatesRequest*,
      v1::ListGatesResponse* response) override {
    for (const GateStanding& standing : gates_.List()) {
      WriteGate(standing, *response->add_gates());
    }
    response->set_reload_error(std::string(gates_.ReloadStatus().message()));
    return FinishCall(context, absl::OkStatus());
  }

  grpc::ServerUnaryReactor* GetVerdict(
      Context* context, const v1::GetVerdictRequest* request,
      v1::GetVerdictResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    workers_.Run([this, reactor, request, response] {
      reactor->Finish(ToGrpc(WriteVerdict(gates_.Verdict(request->name()),
                                          request->reports(), *response)));
    });
    return reactor;
  }

  grpc::ServerUnaryReactor* JudgeHosts(
      Context* context, const v1::JudgeHostsRequest* request,
      v1::JudgeHostsResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    workers_.Run([this, reactor, request, response] {
      const absl::StatusOr<GateRequest> read = ReadRequest(*request);
      const Judged judged =
          read.ok() ? gates_.Judge(*read) : Judged(read.status());
      reactor->Finish(
          ToGrpc(WriteVerdict(judged, request->reports(), *response)));
    });
    return reactor;
  }

 private:
  GateBook& gates_;
  Workers workers_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeGateService(GateBook& gates) {
  return std::make_unique<GateServiceShell>(gates);
}

}  // namespace sockdrift
