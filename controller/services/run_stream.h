#ifndef SOCKDRIFT_CONTROLLER_SERVICES_RUN_STREAM_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_RUN_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <string>

#include "controller/sessions/hub.h"
#include "core/base/mutex.h"
#include "sockdrift/v1/fleet_service.pb.h"

namespace sockdrift {

// Shows a run until it has ended. While one response is being written, changes
// gather; the next response holds them all.
class RunStream : public grpc::ServerWriteReactor<v1::WatchRunResponse>,
                  public RunWatcher,
                  public std::enable_shared_from_this<RunStream> {
 public:
  RunStream(Hub& hub, std::string run) : hub_(hub), run_(std::move(run)) {}

  void Begin();
  void Changed() override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FinishLocked(const grpc::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Hub& hub_;
  const std::string run_;
  std::shared_ptr<RunStream> self_;
  bool watching_ = false;  // set before the first reaction
  Mutex mutex_;
  v1::WatchRunResponse response_ ABSL_GUARDED_BY(mutex_);
  uint64_t revision_ ABSL_GUARDED_BY(mutex_) = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool changed_ ABSL_GUARDED_BY(mutex_) = true;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_RUN_STREAM_H_
