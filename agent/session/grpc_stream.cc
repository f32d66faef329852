#include "agent/session/grpc_stream.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/support/client_callback.h>

#include <deque>
#include <utility>

#include "core/base/mutex.h"
#include "core/base/status_macros.h"
#include "sockdrift/v1/agent_service.grpc.pb.h"
#include "wire/tls/http2.h"

namespace sockdrift {
namespace {

// One write and one read in flight, as gRPC wants it, and a hold because
// writes begin outside reactions. It owns itself until OnDone. No logic of the
// protocol is in here.
class GrpcSyncStream
    : public SyncStream,
      public grpc::ClientBidiReactor<v1::SyncRequest, v1::SyncResponse>,
      public std::enable_shared_from_this<GrpcSyncStream> {
 public:
  // Without wait_for_ready: that the controller cannot be reached, and why, is
  // to be seen in the log.
  explicit GrpcSyncStream(SyncStreamEvents& events) : events_(events) {}

  void Start(v1::AgentService::Stub& stub) {
    self_ = shared_from_this();
    stub.async()->Sync(&context_, this);
    AddHold();
    StartRead(&response_);
    StartCall();
  }

  void Send(v1::SyncRequest request) override {
    MutexLock lock(&mutex_);
    if (ended_ || finishing_) return;
    queue_.push_back(std::move(request));
    if (queue_.size() == 1) StartWrite(&queue_.front());
  }

  void FinishSending() override {
    MutexLock lock(&mutex_);
    if (ended_ || std::exchange(finishing_, true)) return;
    if (queue_.empty()) StartWritesDone();
  }

  void Abort() override { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (ok) {
      events_.OnReceived(response_);
      StartRead(&response_);
      return;
    }
    MutexLock lock(&mutex_);
    ended_ = true;
    RemoveHold();
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(&mutex_);
    if (!ok || ended_) return;
    queue_.pop_front();
    if (!queue_.empty()) {
      StartWrite(&queue_.front());
    } else if (finishing_) {
      StartWritesDone();
    }
  }

  void OnDone(const grpc::Status& status) override {
    const std::shared_ptr<GrpcSyncStream> last = std::move(self_);
    events_.OnClosed(
        absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                     status.error_message()));
  }

 private:
  SyncStreamEvents& events_;
  grpc::ClientContext context_;
  v1::SyncResponse response_;
  std::shared_ptr<GrpcSyncStream> self_;
  Mutex mutex_;
  std::deque<v1::SyncRequest> queue_ ABSL_GUARDED_BY(mutex_);
  bool finishing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

class GrpcDialer : public Dialer {
 public:
  explicit GrpcDialer(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::AgentService::NewStub(channel)) {}

  std::shared_ptr<SyncStream> Dial(SyncStreamEvents& events) override {
    auto stream = std::make_shared<GrpcSyncStream>(events);
    stream->Start(*stub_);
    return stream;
  }

 private:
  std::unique_ptr<v1::AgentService::Stub> stub_;
};

grpc::ChannelArguments Arguments(const TransportOptions& transport) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, kBdpProbe);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kStreamWindow);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 500);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 500);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 10'000);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_CHANNELZ, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  // Proxies of the environment are meant for the outside world.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (!transport.server_name.empty()) {
    arguments.SetSslTargetNameOverride(transport.server_name);
  }
  return arguments;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Dialer>> DialGrpc(
    const TransportOptions& transport) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      const std::shared_ptr<grpc::ChannelCredentials> credentials,
      ClientCredentials(transport));
  return std::make_unique<GrpcDialer>(grpc::CreateCustomChannel(
      transport.address, credentials, Arguments(transport)));
}

}  // namespace sockdrift
