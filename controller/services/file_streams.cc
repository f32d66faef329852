#include "controller/services/file_streams.h"

#include <utility>

#include "controller/services/status.h"

namespace sockdrift {
namespace {

constexpr size_t kChunk = size_t{1} << 20;
constexpr size_t kMaxImport = size_t{256} << 20;

class ExportStream : public grpc::ServerWriteReactor<v1::ExportResponse> {
 public:
  explicit ExportStream(absl::StatusOr<std::string> file)
      : file_(std::move(file)) {
    if (!file_.ok()) {
      Finish(ToGrpc(file_.status()));
    } else {
      WriteNext();
    }
  }
  void OnWriteDone(bool ok) override {
    if (!ok) {
      Finish(grpc::Status::CANCELLED);
    } else {
      WriteNext();
    }
  }
  void OnDone() override { delete this; }

 private:
  void WriteNext() {
    if (at_ >= file_->size()) {
      Finish(grpc::Status::OK);
      return;
    }
    response_.set_chunk(file_->substr(at_, kChunk));
    at_ += kChunk;
    StartWrite(&response_);
  }

  absl::StatusOr<std::string> file_;
  size_t at_ = 0;
  v1::ExportResponse response_;
};

class ImportStream : public grpc::ServerReadReactor<v1::ImportRequest> {
 public:
  ImportStream(FleetAnalysis& analysis, v1::ImportResponse* response)
      : analysis_(analysis), response_(response) {
    StartRead(&request_);
  }
  void OnReadDone(bool ok) override {
    if (!ok) {
      Take();
      return;
    }
    if (file_.size() + request_.chunk().size() > kMaxImport) {
      Finish(ToGrpc(absl::InvalidArgumentError(
          "a behaviour file of more than 256 MiB: import its hosts in "
          "several files")));
      return;
    }
    file_ += request_.chunk();
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  void Take() {
    absl::StatusOr<v1::ImportResponse> taken = analysis_.Import(file_);
    if (taken.ok()) *response_ = *std::move(taken);
    Finish(ToGrpc(taken.status()));
  }

  FleetAnalysis& analysis_;
  v1::ImportResponse* response_;
  v1::ImportRequest request_;
  std::string file_;
};

}  // namespace

grpc::ServerWriteReactor<v1::ExportResponse>* StartExport(
    absl::StatusOr<std::string> file) {
  return new ExportStream(std::move(file));
}

grpc::ServerReadReactor<v1::ImportRequest>* StartImport(
    FleetAnalysis& analysis, v1::ImportResponse* response) {
  return new ImportStream(analysis, response);
}

}  // namespace sockdrift
