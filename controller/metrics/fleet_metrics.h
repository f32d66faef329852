// Every metric family of the controller, in one place; docs/metrics.md lists
// them. No series has both a cell and a host.
#ifndef SOCKDRIFT_CONTROLLER_METRICS_FLEET_METRICS_H_
#define SOCKDRIFT_CONTROLLER_METRICS_FLEET_METRICS_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "controller/analysis/fleet_analysis.h"
#include "controller/gates/gate_book.h"
#include "controller/sessions/hub.h"

namespace sockdrift {

struct MetricsOptions {
  // The server's certificate, for its expiry; empty where there is no TLS.
  std::string tls_certificate;
  // At most so many series of divergent cells, over all plans.
  int max_cell_series = 2000;
  // Behaviours of a plan that are named; the rest are "other".
  int max_behaviours = 20;
};

class FleetMetrics {
 public:
  // All must outlive it.
  FleetMetrics(Hub& hub, FleetAnalysis& analysis, const GateBook& gates,
               MetricsOptions options);

  // All families in Prometheus' text format (version 0.0.4).
  std::string Text() const;

 private:
  Hub& hub_;
  FleetAnalysis& analysis_;
  const GateBook& gates_;
  const MetricsOptions options_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_METRICS_FLEET_METRICS_H_
