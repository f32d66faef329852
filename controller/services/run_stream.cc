#include "controller/services/run_stream.h"

#include <utility>

#include "controller/services/status.h"

namespace sockdrift {

void RunStream::Begin() {
  self_ = shared_from_this();
  // A run that has ended long ago is shown once and has nothing to watch.
  watching_ = hub_.Watch(run_, self_).ok();
  MutexLock lock(&mutex_);
  WriteNext();
}

void RunStream::Changed() {
  MutexLock lock(&mutex_);
  changed_ = true;
  WriteNext();
}

void RunStream::WriteNext() {
  if (finished_ || writing_ || !changed_) return;
  absl::StatusOr<RunView> view = hub_.ViewRun(run_, revision_);
  if (!view.ok()) {
    FinishLocked(ToGrpc(view.status()));
    return;
  }
  changed_ = false;
  revision_ = view->revision;
  ended_ = view->ended;
  response_.Clear();
  *response_.mutable_run() = std::move(view->run);
  for (v1::RunHost& host : view->hosts) {
    *response_.add_hosts() = std::move(host);
  }
  writing_ = true;
  StartWrite(&response_);
}

void RunStream::OnWriteDone(bool ok) {
  MutexLock lock(&mutex_);
  writing_ = false;
  if (!ok) {
    FinishLocked(grpc::Status::CANCELLED);
  } else if (ended_ || !watching_) {
    FinishLocked(grpc::Status::OK);
  } else {
    WriteNext();
  }
}

void RunStream::OnCancel() {
  MutexLock lock(&mutex_);
  FinishLocked(grpc::Status::CANCELLED);
}

void RunStream::OnDone() {
  if (watching_) hub_.Unwatch(run_);
  self_.reset();
}

void RunStream::FinishLocked(const grpc::Status& status) {
  if (std::exchange(finished_, true)) return;
  Finish(status);
}

}  // namespace sockdrift
