// The gRPC server: addresses, credentials, limits, health and reflection.
#ifndef SOCKDRIFT_CONTROLLER_SERVICES_SERVER_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/analysis/fleet_analysis.h"
#include "controller/baselines/baseline_book.h"
#include "controller/gates/gate_book.h"
#include "controller/sessions/hub.h"
#include "wire/tls/transport.h"

namespace sockdrift {

struct ServerOptions {
  // Each "unix:/path" or "host:port"; port 0 is chosen by the kernel.
  std::vector<std::string> addresses;
  TlsFiles tls;
  bool insecure_plaintext = false;
  int max_agents = 10'000;
};

// What the services ask. All must outlive the server.
struct ServedParts {
  Hub& hub;
  FleetAnalysis& analysis;
  BaselineBook& baselines;
  GateBook& gates;
};

class Server {
 public:
  virtual ~Server() = default;
  // Where it listens, ports chosen: in the order of the options.
  virtual const std::vector<std::string>& addresses() const = 0;
  // Says NOT_SERVING to health checks, ends the agents' streams and, after at
  // most `grace`, everything else.
  virtual void Drain(absl::Duration grace) = 0;
};

// INVALID_ARGUMENT for addresses and credentials that do not go together;
// UNAVAILABLE for an address that cannot be had.
absl::StatusOr<std::unique_ptr<Server>> Listen(const ServerOptions& options,
                                               const ServedParts& parts);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_SERVER_H_
