#include "controller/services/agent_service.h"

#include <deque>
#include <optional>
#include <utility>

#include "controller/services/peer_names.h"
#include "controller/services/status.h"
#include "core/base/mutex.h"
#include "sockdrift/v1/agent_service.grpc.pb.h"

namespace sockdrift {
namespace {

// An agent that does not read must not fill the controller's memory: what
// waits for it is state that its next stream is told anew.
constexpr size_t kMaxQueued = 256;

// One stream. gRPC owns a reactor until OnDone, the hub until it forgets the
// session: hence the reference to itself.
class AgentStream
    : public grpc::ServerBidiReactor<v1::SyncRequest, v1::SyncResponse>,
      public AgentSink,
      public std::enable_shared_from_this<AgentStream> {
 public:
  explicit AgentStream(Hub& hub) : hub_(hub) {}

  void Begin(const grpc::CallbackServerContext& context) {
    self_ = shared_from_this();
    session_ = hub_.Open(self_, PeerNames(context, kAlternativeNames));
    StartRead(&request_);
  }

  void Send(v1::SyncResponse response) override {
    MutexLock lock(&mutex_);
    if (finished_) return;
    if (queue_.size() >= kMaxQueued) {
      FinishLocked(grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                                "the agent does not read"));
      return;
    }
    queue_.push_back(std::move(response));
    if (queue_.size() == 1) StartWrite(&queue_.front());
  }

  void End(const absl::Status& status) override {
    MutexLock lock(&mutex_);
    FinishLocked(ToGrpc(status));
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      MutexLock lock(&mutex_);
      FinishLocked(grpc::Status::OK);
      return;
    }
    hub_.Receive(session_, request_);
    MutexLock lock(&mutex_);
    if (!finished_) StartRead(&request_);
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(&mutex_);
    queue_.pop_front();
    if (finished_) return;
    if (!ok) {
      FinishLocked(grpc::Status::CANCELLED);
    } else if (!queue_.empty()) {
      StartWrite(&queue_.front());
    }
  }

  void OnCancel() override { End(absl::CancelledError("the stream broke")); }

  void OnDone() override {
    hub_.Closed(session_);
    self_.reset();
  }

 private:
  void FinishLocked(const grpc::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (std::exchange(finished_, true)) return;
    Finish(status);
  }

  Hub& hub_;
  SessionId session_ = 0;
  v1::SyncRequest request_;
  std::shared_ptr<AgentStream> self_;
  Mutex mutex_;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  // The first one is being written.
  std::deque<v1::SyncResponse> queue_ ABSL_GUARDED_BY(mutex_);
};

class AgentServiceShell : public v1::AgentService::CallbackService {
 public:
  explicit AgentServiceShell(Hub& hub) : hub_(hub) {}

  grpc::ServerBidiReactor<v1::SyncRequest, v1::SyncResponse>* Sync(
      grpc::CallbackServerContext* context) override {
    const auto stream = std::make_shared<AgentStream>(hub_);
    stream->Begin(*context);
    return stream.get();
  }

 private:
  Hub& hub_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAgentService(Hub& hub) {
  return std::make_unique<AgentServiceShell>(hub);
}

}  // namespace sockdrift
