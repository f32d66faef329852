// Files in pieces, to a caller and from one. Whatever the messages are called,
// they have a field `chunk`.
#ifndef SOCKDRIFT_CONTROLLER_SERVICES_CHUNK_STREAMS_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_CHUNK_STREAMS_H_

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "controller/services/status.h"

namespace sockdrift {

inline constexpr size_t kChunkBytes = size_t{1} << 20;
inline constexpr size_t kMaxFileInChunks = size_t{256} << 20;

// Owns itself until gRPC has done with it, as the reader below.
template <typename Response>
class ChunkWriter : public grpc::ServerWriteReactor<Response> {
 public:
  explicit ChunkWriter(absl::StatusOr<std::string> file)
      : file_(std::move(file)) {
    if (!file_.ok()) {
      this->Finish(ToGrpc(file_.status()));
    } else {
      WriteNext();
    }
  }
  void OnWriteDone(bool ok) override {
    if (!ok) {
      this->Finish(grpc::Status::CANCELLED);
    } else {
      WriteNext();
    }
  }
  void OnDone() override { delete this; }

 private:
  void WriteNext() {
    if (at_ >= file_->size()) {
      this->Finish(grpc::Status::OK);
      return;
    }
    response_.set_chunk(file_->substr(at_, kChunkBytes));
    at_ += kChunkBytes;
    this->StartWrite(&response_);
  }

  absl::StatusOr<std::string> file_;
  size_t at_ = 0;
  Response response_;
};

template <typename Request>
class ChunkReader : public grpc::ServerReadReactor<Request> {
 public:
  // `take` is given the first message, without its piece, and the whole file;
  // it writes the response.
  using Take =
      std::function<absl::Status(const Request& first, const std::string&)>;

  explicit ChunkReader(Take take) : take_(std::move(take)) {
    this->StartRead(&request_);
  }
  void OnReadDone(bool ok) override {
    if (!ok) {
      this->Finish(ToGrpc(take_(first_, file_)));
      return;
    }
    if (file_.size() + request_.chunk().size() > kMaxFileInChunks) {
      this->Finish(ToGrpc(absl::InvalidArgumentError(
          "a file of more than 256 MiB: split its hosts into several files")));
      return;
    }
    file_ += request_.chunk();
    if (!std::exchange(begun_, true)) {
      first_ = request_;
      first_.clear_chunk();
    }
    this->StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  Take take_;
  bool begun_ = false;
  Request first_;
  Request request_;
  std::string file_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_CHUNK_STREAMS_H_
