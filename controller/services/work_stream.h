// Calls whose answers a thread of their own makes, one response after another.
#ifndef SOCKDRIFT_CONTROLLER_SERVICES_WORK_STREAM_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_WORK_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "controller/proof/bell.h"
#include "controller/services/status.h"
#include "core/base/mutex.h"

namespace sockdrift {

template <typename Response>
class WorkStream : public grpc::ServerWriteReactor<Response>,
                   public std::enable_shared_from_this<WorkStream<Response>> {
 public:
  using Say = std::function<void(Response)>;
  // Blocks; says what there is to say; is to return soon after the bell calls
  // it off.
  using Work = std::function<absl::Status(const std::shared_ptr<Bell>& bell,
                                          const Say& say)>;

  // `ended` is called when the work is over and nothing refers to it any more.
  static WorkStream* Start(Work work, std::function<void()> ended) {
    const auto stream = std::make_shared<WorkStream>();
    stream->ended_ = std::move(ended);
    stream->self_ = stream;
    stream->thread_ = std::thread([stream, work = std::move(work)] {
      const absl::Status status = work(
          stream->bell_,
          [&stream](Response response) { stream->Push(std::move(response)); });
      stream->End(status);
    });
    return stream.get();
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok) {
      bell_->CallOff();
      queue_.clear();
    }
    Pump();
  }
  void OnCancel() override { bell_->CallOff(); }
  void OnDone() override {
    // Never the thread itself, unless gRPC ends the call inside Finish().
    if (thread_.get_id() == std::this_thread::get_id()) {
      thread_.detach();
    } else {
      thread_.join();
    }
    ended_();
    self_.reset();
  }

 private:
  void Push(Response response) {
    MutexLock lock(&mutex_);
    queue_.push_back(std::move(response));
    Pump();
  }
  void End(const absl::Status& status) {
    MutexLock lock(&mutex_);
    status_ = status;
    Pump();
  }
  void Pump() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || finished_) return;
    if (!queue_.empty()) {
      response_ = std::move(queue_.front());
      queue_.pop_front();
      writing_ = true;
      this->StartWrite(&response_);
    } else if (status_.has_value()) {
      finished_ = true;
      this->Finish(ToGrpc(*status_));
    }
  }

  const std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();
  std::function<void()> ended_;
  std::shared_ptr<WorkStream> self_;
  std::thread thread_;
  Mutex mutex_;
  std::deque<Response> queue_ ABSL_GUARDED_BY(mutex_);
  Response response_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> status_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_WORK_STREAM_H_
