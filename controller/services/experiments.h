// The calls that experiment on live agents: Prove and Climb.
#ifndef SOCKDRIFT_CONTROLLER_SERVICES_EXPERIMENTS_H_
#define SOCKDRIFT_CONTROLLER_SERVICES_EXPERIMENTS_H_

#include <grpcpp/support/server_callback.h>

#include <atomic>

#include "absl/status/status.h"
#include "controller/analysis/fleet_analysis.h"
#include "controller/sessions/hub.h"
#include "sockdrift/v1/fleet_service.pb.h"

namespace sockdrift {

// Thread-safe. Outlives its calls, as the service that has it does.
class Experiments {
 public:
  Experiments(Hub& hub, FleetAnalysis& analysis)
      : hub_(hub), analysis_(analysis) {}

  grpc::ServerWriteReactor<v1::ProveResponse>* Prove(
      const v1::ProveRequest& request);
  grpc::ServerWriteReactor<v1::ClimbResponse>* Climb(
      const v1::ClimbRequest& request);

 private:
  // RESOURCE_EXHAUSTED while as many as may be are under way. Each that begins
  // is to end.
  absl::Status Begin();
  void End() { --under_way_; }

  Hub& hub_;
  FleetAnalysis& analysis_;
  std::atomic<int> under_way_ = 0;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SERVICES_EXPERIMENTS_H_
