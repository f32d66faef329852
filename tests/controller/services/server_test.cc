#include "controller/services/server.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>

#include <condition_variable>
#include <fstream>
#include <mutex>

#include "controller/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sockdrift/v1/fleet_service.grpc.pb.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::StatusIs;
using ::testing::HasSubstr;

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    auto store = SqliteStore::Open(folder_ / "data");
    store_ = *std::move(store);
    programs_ = std::make_unique<ProgramBook>(*store_);
    hub_ = std::make_unique<Hub>(
        *store_, *programs_,
        HubOptions{.audit_interval = absl::ZeroDuration()});
    analysis_ = std::make_unique<FleetAnalysis>(*hub_);
    baselines_ = std::make_unique<BaselineBook>(*analysis_);
    gates_ = std::make_unique<GateBook>(*baselines_, "");
  }
  void SetUp() override { ASSERT_OK(hub_->Start({})); }

  absl::StatusOr<std::unique_ptr<Server>> ListenOn(const std::string& address) {
    ServerOptions options;
    options.addresses = {address};
    return Listen(options, {*hub_, *analysis_, *baselines_, *gates_});
  }
  std::shared_ptr<grpc::Channel> Dial(const Server& server) {
    return grpc::CreateChannel(server.addresses()[0],
                               grpc::InsecureChannelCredentials());
  }
  // Calls a method by name with an empty request; the answer's bytes.
  grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel,
                    const std::string& method, std::string& answer) {
    grpc::GenericStub stub(channel);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(30));
    const grpc::ByteBuffer request(nullptr, 0);
    grpc::ByteBuffer response;
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    grpc::Status status;
    stub.UnaryCall(&context, method, grpc::StubOptions(), &request, &response,
                   [&](grpc::Status ended) {
                     const std::lock_guard<std::mutex> lock(mutex);
                     status = std::move(ended);
                     done = true;
                     changed.notify_one();
                   });
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [&] { return done; });
    std::vector<grpc::Slice> slices;
    if (status.ok() && response.Dump(&slices).ok()) {
      for (const grpc::Slice& slice : slices) {
        answer.append(reinterpret_cast<const char*>(slice.begin()),
                      slice.size());
      }
    }
    return status;
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<ProgramBook> programs_;
  std::unique_ptr<Hub> hub_;
  std::unique_ptr<FleetAnalysis> analysis_;
  std::unique_ptr<BaselineBook> baselines_;
  std::unique_ptr<GateBook> gates_;
};

TEST_F(ServerTest, AnswersHealthChecks) {
  ASSERT_OK_AND_ASSIGN(const auto server,
                       ListenOn("unix:" + (folder_ / "socket")));
  std::string answer;
  const grpc::Status status =
      Call(Dial(*server), "/grpc.health.v1.Health/Check", answer);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(answer, std::string("\x08\x01", 2));  // status: SERVING
}

TEST_F(ServerTest, OffersReflection) {
  ASSERT_OK_AND_ASSIGN(const auto server,
                       ListenOn("unix:" + (folder_ / "socket")));
  std::string answer;
  const grpc::Status known = Call(
      Dial(*server),
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", answer);
  EXPECT_NE(known.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  const grpc::Status unknown = Call(Dial(*server), "/no.Service/Call", answer);
  EXPECT_EQ(unknown.error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServerTest, SaysWhichPortItWasGiven) {
  ASSERT_OK_AND_ASSIGN(const auto server, ListenOn("127.0.0.1:0"));
  EXPECT_THAT(server->addresses()[0], HasSubstr("127.0.0.1:"));
  EXPECT_NE(server->addresses()[0], "127.0.0.1:0");
  std::string answer;
  EXPECT_TRUE(Call(Dial(*server), "/grpc.health.v1.Health/Check", answer).ok());
}

TEST_F(ServerTest, TakesTheSocketOfAKilledControllerAndNotALivingOnes) {
  const std::string address = "unix:" + (folder_ / "socket");
  ASSERT_OK_AND_ASSIGN(auto server, ListenOn(address));
  EXPECT_THAT(ListenOn(address),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("another process listens")));
  // What a file that nobody listens on looks like.
  std::filesystem::rename(folder_ / "socket", folder_ / "kept");
  server.reset();
  std::filesystem::rename(folder_ / "kept", folder_ / "socket");
  EXPECT_OK(ListenOn(address));
}

TEST_F(ServerTest, RefusesAPathThatIsNoSocket) {
  std::ofstream(folder_ / "file") << "precious";
  EXPECT_THAT(
      ListenOn("unix:" + (folder_ / "file")),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is no socket")));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "file"));
}

TEST_F(ServerTest, RefusesPlainTextToOtherMachines) {
  EXPECT_THAT(ListenOn("0.0.0.0:0"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("insecure-plaintext")));
}

TEST_F(ServerTest, GivesErrorsTheirCodesAndMessages) {
  ASSERT_OK_AND_ASSIGN(const auto server,
                       ListenOn("unix:" + (folder_ / "socket")));
  const auto stub = v1::FleetService::NewStub(Dial(*server));
  {
    grpc::ClientContext context;
    v1::ListHostsRequest request;
    request.set_selector("a b");
    v1::ListHostsResponse response;
    const grpc::Status status = stub->ListHosts(&context, request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(status.error_message(), HasSubstr("column 3"));
  }
  {
    grpc::ClientContext context;
    v1::WatchRunRequest request;
    request.set_run_id("none");
    const auto reader = stub->WatchRun(&context, request);
    v1::WatchRunResponse response;
    EXPECT_FALSE(reader->Read(&response));
    EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
  }
  {
    grpc::ClientContext context;
    v1::ImportResponse response;
    const auto writer = stub->Import(&context, &response);
    v1::ImportRequest request;
    request.set_chunk("no behaviour file");
    writer->Write(request);
    writer->WritesDone();
    EXPECT_EQ(writer->Finish().error_code(),
              grpc::StatusCode::INVALID_ARGUMENT);
  }
}

TEST_F(ServerTest, ServesNobodyAfterDraining) {
  ASSERT_OK_AND_ASSIGN(const auto server,
                       ListenOn("unix:" + (folder_ / "socket")));
  const std::shared_ptr<grpc::Channel> channel = Dial(*server);
  std::string answer;
  ASSERT_TRUE(Call(channel, "/grpc.health.v1.Health/Check", answer).ok());
  server->Drain(absl::ZeroDuration());
  EXPECT_FALSE(Call(channel, "/grpc.health.v1.Health/Check", answer).ok());
}

}  // namespace
}  // namespace sockdrift
