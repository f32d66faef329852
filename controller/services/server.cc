#include "controller/services/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "controller/services/acknowledgement_service.h"
#include "controller/services/agent_service.h"
#include "controller/services/baseline_service.h"
#include "controller/services/fleet_service.h"
#include "controller/services/gate_service.h"
#include "core/base/status_macros.h"
#include "wire/tls/http2.h"

namespace sockdrift {
namespace {

// What an idle agent's connection costs the quota with mTLS; measured, with
// room. Too small a quota kills streams; none lets memory grow with traffic.
constexpr size_t kBytesPerAgent = 100'000;
constexpr size_t kLeastQuota = size_t{256} << 20;
constexpr int kMaxMessage = 4 << 20;
constexpr int kStreamsPerConnection = 64;

// Each key once: a second value would not take the place of the first.
void SetLimits(grpc::ServerBuilder& builder, int max_agents) {
  grpc::ResourceQuota quota("controller");
  quota.Resize(
      std::max(kLeastQuota, static_cast<size_t>(max_agents) * kBytesPerAgent));
  builder.SetResourceQuota(quota);
  builder.SetMaxReceiveMessageSize(kMaxMessage);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                             kStreamsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                             kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, kBdpProbe);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES,
                             kStreamWindow);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
  // Two controllers on one port would share the agents by chance.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

// A socket file that nobody listens on is what a killed controller left behind.
absl::Status ClearStaleSocket(const std::string& path) {
  struct stat status = {};
  if (lstat(path.c_str(), &status) != 0) return absl::OkStatus();
  if (!S_ISSOCK(status.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, " exists and is no socket: give --listen another path"));
  }
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the socket's path ", path, " is longer than ",
                     sizeof(address.sun_path) - 1, " characters"));
  }
  path.copy(address.sun_path, path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return absl::ErrnoToStatus(errno, "socket(AF_UNIX)");
  const bool alive =
      connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  if (alive) {
    return absl::UnavailableError(absl::StrCat(
        "another process listens on ", path, ": stop it or use another path"));
  }
  unlink(path.c_str());
  return absl::OkStatus();
}

class GrpcServer : public Server {
 public:
  ~GrpcServer() override { Drain(absl::ZeroDuration()); }

  absl::Status Begin(const ServerOptions& options, const ServedParts& parts) {
    hub_ = &parts.hub;
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    SetLimits(builder, options.max_agents);
    std::vector<int> ports(options.addresses.size(), -1);
    for (size_t i = 0; i < options.addresses.size(); ++i) {
      SOCKDRIFT_RETURN_IF_ERROR(
          AddAddress(options, options.addresses[i], builder, ports[i]));
    }
    services_.push_back(MakeAgentService(parts.hub));
    services_.push_back(MakeFleetService(parts.hub, parts.analysis));
    services_.push_back(MakeBaselineService(parts.baselines));
    services_.push_back(MakeGateService(parts.gates));
    services_.push_back(MakeAcknowledgementService(parts.analysis));
    gates_ = &parts.gates;
    for (const auto& service : services_) {
      builder.RegisterService(service.get());
    }
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) {
      return absl::UnavailableError(
          absl::StrCat("cannot listen on ", options.addresses[0],
                       ": is the address this host's, and free?"));
    }
    for (size_t i = 0; i < ports.size(); ++i) {
      SOCKDRIFT_RETURN_IF_ERROR(Bound(options.addresses[i], ports[i]));
    }
    return absl::OkStatus();
  }

  const std::vector<std::string>& addresses() const override {
    return addresses_;
  }

  void Drain(absl::Duration grace) override {
    if (server_ == nullptr) return;
    if (auto* health = server_->GetHealthCheckService()) {
      health->SetServingStatus(false);
    }
    gates_->Stop();
    hub_->Drain();
    server_->Shutdown(std::chrono::system_clock::now() +
                      absl::ToChronoMilliseconds(grace));
    server_->Wait();
    server_.reset();
  }

 private:
  static absl::Status AddAddress(const ServerOptions& options,
                                 const std::string& address,
                                 grpc::ServerBuilder& builder, int& port) {
    TransportOptions transport;
    transport.address = address;
    transport.tls = options.tls;
    transport.insecure_plaintext = options.insecure_plaintext;
    absl::string_view path = address;
    if (absl::ConsumePrefix(&path, "unix:")) {
      SOCKDRIFT_RETURN_IF_ERROR(ClearStaleSocket(std::string(path)));
      // The file's owner is who may use it: agents of this host need no
      // certificate.
      transport.tls = {};
    }
    SOCKDRIFT_ASSIGN_OR_RETURN(const auto credentials,
                               ServerCredentials(transport));
    builder.AddListeningPort(address, credentials, &port);
    return absl::OkStatus();
  }

  absl::Status Bound(const std::string& address, int port) {
    absl::string_view path = address;
    if (absl::ConsumePrefix(&path, "unix:")) {
      chmod(std::string(path).c_str(), 0660);
      addresses_.push_back(address);
      return absl::OkStatus();
    }
    if (port <= 0) {
      return absl::UnavailableError(absl::StrCat("cannot listen on ", address));
    }
    addresses_.push_back(
        absl::StrCat(address.substr(0, address.rfind(':')), ":", port));
    return absl::OkStatus();
  }

  Hub* hub_ = nullptr;
  GateBook* gates_ = nullptr;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
  std::vector<std::string> addresses_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Listen(const ServerOptions& options,
                                               const ServedParts& parts) {
  if (options.addresses.empty()) {
    return absl::InvalidArgumentError(
        "give at least one --listen, such as unix:/run/sockdrift/"
        "controller.sock or 127.0.0.1:7443");
  }
  auto server = std::make_unique<GrpcServer>();
  SOCKDRIFT_RETURN_IF_ERROR(server->Begin(options, parts));
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace sockdrift
