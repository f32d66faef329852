// When a probe that is still running has stopped getting anywhere.
#ifndef SOCKDRIFT_AGENT_SUPERVISE_STANDSTILL_H_
#define SOCKDRIFT_AGENT_SUPERVISE_STANDSTILL_H_

#include <chrono>
#include <cstdint>
#include <string>

#include "agent/job/job.h"

namespace sockdrift {

// No cell has ended for the longest time that one may take and half a minute
// besides: SCHED_IDLE on a busy machine can be kept waiting for seconds.
class Standstill {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Standstill(const Job& job);

  // Notes how many cell runs have ended; true when it stands still.
  bool Seen(uint64_t finished, Clock::time_point now);
  // What a probe that was killed for it died of, in words.
  std::string Describe() const;

 private:
  std::chrono::milliseconds longest_;
  uint64_t finished_ = 0;
  Clock::time_point since_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SUPERVISE_STANDSTILL_H_
