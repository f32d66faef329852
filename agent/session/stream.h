// The stream to a controller as the agent sees it. grpc_stream.h makes real
// ones; tests make their own.
#ifndef SOCKDRIFT_AGENT_SESSION_STREAM_H_
#define SOCKDRIFT_AGENT_SESSION_STREAM_H_

#include <memory>

#include "absl/status/status.h"
#include "sockdrift/v1/agent_service.pb.h"

namespace sockdrift {

// One stream. Thread-safe; every method returns at once and none calls back
// into the events.
class SyncStream {
 public:
  virtual ~SyncStream() = default;
  // Queues a request behind those sent before. Dropped when the stream ended.
  virtual void Send(v1::SyncRequest request) = 0;
  // Ends our side when all that is queued has gone out.
  virtual void FinishSending() = 0;
  // Ends the stream now; OnClosed follows.
  virtual void Abort() = 0;
};

// Called from any thread, one call at a time; nothing after OnClosed.
class SyncStreamEvents {
 public:
  virtual ~SyncStreamEvents() = default;
  virtual void OnReceived(const v1::SyncResponse& response) = 0;
  virtual void OnClosed(const absl::Status& status) = 0;
};

class Dialer {
 public:
  virtual ~Dialer() = default;
  // Opens a stream; one to a controller that cannot be reached closes soon.
  // `events` must live until its OnClosed.
  virtual std::shared_ptr<SyncStream> Dial(SyncStreamEvents& events) = 0;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SESSION_STREAM_H_
