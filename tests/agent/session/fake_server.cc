#include "tests/agent/session/fake_server.h"

#include <grpcpp/security/auth_context.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <deque>
#include <utility>

#include "core/base/mutex.h"
#include "gtest/gtest.h"
#include "sockdrift/v1/agent_service.grpc.pb.h"
#include "wire/tls/http2.h"

namespace sockdrift::testing {

// Everything that streams share, under one lock.
class FakeServer::State {
 public:
  Mutex mutex;
  CondVar changed;
  FakeController controller ABSL_GUARDED_BY(mutex);
  Stream* stream ABSL_GUARDED_BY(mutex) = nullptr;
  grpc::Status refusal ABSL_GUARDED_BY(mutex);
  std::vector<std::string> client_names ABSL_GUARDED_BY(mutex);
  int streams ABSL_GUARDED_BY(mutex) = 0;
};

class FakeServer::Stream
    : public grpc::ServerBidiReactor<v1::SyncRequest, v1::SyncResponse> {
 public:
  Stream(std::shared_ptr<State> state, grpc::CallbackServerContext* context)
      : state_(std::move(state)) {
    MutexLock lock(&state_->mutex);
    ++state_->streams;
    state_->client_names.clear();
    for (const grpc::string_ref& name :
         context->auth_context()->FindPropertyValues(
             "x509_subject_alternative_name")) {
      state_->client_names.emplace_back(name.data(), name.size());
    }
    if (!state_->refusal.ok()) {
      FinishLocked(state_->refusal);
      return;
    }
    state_->controller.StreamEnded();
    state_->stream = this;
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    MutexLock lock(&state_->mutex);
    if (!ok) {
      FinishLocked(grpc::Status::OK);
    } else {
      std::optional<v1::SyncResponse> response =
          state_->controller.Handle(request_);
      if (response.has_value()) SendLocked(*std::move(response));
      StartRead(&request_);
    }
    state_->changed.NotifyAll();
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(&state_->mutex);
    queue_.pop_front();
    if (ok && !queue_.empty() && !finished_) StartWrite(&queue_.front());
  }

  void OnDone() override {
    {
      MutexLock lock(&state_->mutex);
      if (state_->stream == this) state_->stream = nullptr;
      state_->changed.NotifyAll();
    }
    delete this;
  }

  // Precondition of both: the state's lock is held.
  void SendLocked(v1::SyncResponse response) {
    if (finished_) return;
    queue_.push_back(std::move(response));
    if (queue_.size() == 1) StartWrite(&queue_.front());
  }
  void FinishLocked(const grpc::Status& status) {
    if (!std::exchange(finished_, true)) Finish(status);
  }

 private:
  const std::shared_ptr<State> state_;
  v1::SyncRequest request_;
  std::deque<v1::SyncResponse> queue_;
  bool finished_ = false;
};

class FakeServer::Service : public v1::AgentService::CallbackService {
 public:
  explicit Service(std::shared_ptr<State> state) : state_(std::move(state)) {}

  grpc::ServerBidiReactor<v1::SyncRequest, v1::SyncResponse>* Sync(
      grpc::CallbackServerContext* context) override {
    return new Stream(state_, context);
  }

  std::unique_ptr<grpc::Server> server;
  int port = 0;

 private:
  const std::shared_ptr<State> state_;
};

FakeServer::FakeServer(const TransportOptions& transport)
    : state_(std::make_shared<State>()),
      service_(std::make_unique<Service>(state_)) {
  grpc::ServerBuilder builder;
  const auto credentials = ServerCredentials(transport);
  EXPECT_TRUE(credentials.ok()) << credentials.status();
  if (!credentials.ok()) return;
  builder.AddListeningPort(transport.address, *credentials, &service_->port);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, kBdpProbe);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES,
                             kStreamWindow);
  builder.RegisterService(service_.get());
  service_->server = builder.BuildAndStart();
  EXPECT_NE(service_->server, nullptr) << transport.address;
}

FakeServer::~FakeServer() {
  if (service_->server == nullptr) return;
  service_->server->Shutdown(std::chrono::system_clock::now());
  service_->server->Wait();
}

int FakeServer::port() const { return service_->port; }

void FakeServer::With(const std::function<void(FakeController&)>& act) {
  MutexLock lock(&state_->mutex);
  act(state_->controller);
}

void FakeServer::Tell(const std::function<void(FakeController&)>& act) {
  MutexLock lock(&state_->mutex);
  act(state_->controller);
  if (state_->stream != nullptr) {
    state_->stream->SendLocked(state_->controller.Wanted());
  }
}

bool FakeServer::Await(
    const std::function<bool(const FakeController&)>& condition, int seconds) {
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  MutexLock lock(&state_->mutex);
  while (!condition(state_->controller)) {
    if (!state_->changed.WaitUntil(&state_->mutex, end)) {
      return condition(state_->controller);
    }
  }
  return true;
}

void FakeServer::Refuse(int code, const std::string& message) {
  MutexLock lock(&state_->mutex);
  state_->refusal = grpc::Status(static_cast<grpc::StatusCode>(code), message);
  if (state_->stream != nullptr && !state_->refusal.ok()) {
    state_->stream->FinishLocked(state_->refusal);
  }
}

std::vector<std::string> FakeServer::ClientNames() {
  MutexLock lock(&state_->mutex);
  return state_->client_names;
}

int FakeServer::Streams() {
  MutexLock lock(&state_->mutex);
  return state_->streams;
}

}  // namespace sockdrift::testing
