// What became of a job, once its probe has ended.
#ifndef SOCKDRIFT_AGENT_SUPERVISE_CONCLUDE_H_
#define SOCKDRIFT_AGENT_SUPERVISE_CONCLUDE_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "agent/job/job.h"
#include "agent/job/tally.h"
#include "agent/os/child_process.h"
#include "agent/supervise/supervise.h"

namespace sockdrift {

// Why we killed a probe.
struct Killing {
  ProbeEnd end;
  std::string message;
};

// From how the process ended and what its tally says. What the probe had said
// of its own end before it was killed stands: the first cause wins.
ProbeResult Conclude(const Job& job, const Tally& tally, const ChildEnd& end,
                     const std::optional<Killing>& killed,
                     absl::Duration elapsed);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SUPERVISE_CONCLUDE_H_
