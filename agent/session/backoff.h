// How long an agent waits before it dials again.
#ifndef SOCKDRIFT_AGENT_SESSION_BACKOFF_H_
#define SOCKDRIFT_AGENT_SESSION_BACKOFF_H_

#include <chrono>
#include <functional>

#include "absl/status/status.h"

namespace sockdrift {

struct BackoffLimits {
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds most{15'000};
  // After a refusal that trying again soon does not change: of the identity
  // (PERMISSION_DENIED, UNAUTHENTICATED), the protocol or the version.
  std::chrono::milliseconds refused{60'000};
  // While another process holds this host's identity.
  std::chrono::milliseconds duplicate{15'000};
  // A stream that lived this long starts the sequence anew.
  std::chrono::milliseconds stable{60'000};
};

class Backoff {
 public:
  // `random` gives numbers from 0 (inclusive) to 1 (exclusive).
  Backoff(const BackoffLimits& limits, std::function<double()> random);

  // The wait after a stream that ended with `status` and had lived `lived`:
  // doubling from `first` to `most`, each between half and the whole of it, so
  // that a fleet does not come back as one.
  std::chrono::milliseconds After(const absl::Status& status,
                                  std::chrono::steady_clock::duration lived);

 private:
  const BackoffLimits limits_;
  const std::function<double()> random_;
  std::chrono::milliseconds next_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SESSION_BACKOFF_H_
