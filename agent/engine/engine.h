// Runs a program: the one place that makes the calls under test.
#ifndef SOCKDRIFT_AGENT_ENGINE_ENGINE_H_
#define SOCKDRIFT_AGENT_ENGINE_ENGINE_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "agent/engine/socket_calls.h"
#include "agent/engine/world_control.h"
#include "agent/job/tally.h"
#include "core/plan/program.h"

namespace sockdrift {

struct EngineOptions {
  std::vector<uint32_t> cells = {};  // ascending; empty: all
  uint8_t first_repeat = 0;
  uint8_t repeats = 2;        // how many, from the first
  uint64_t shuffle_seed = 0;  // 0: in order
  // What makes the calls; null: the kernel's own. For tests that count calls or
  // break them.
  SocketCalls* calls = nullptr;
};

// Whether other cells, and other repeats, go on while one waits. No two
// processes may share such a program's repeats: they would wait one after the
// other.
bool CellsOverlap(const Program& program);

// Runs every wanted cell `repeats` times and notes each run in the tally. The
// program must be valid, and the tally laid out for it and for the last repeat.
// The thread must stay on one CPU: on several, loopback has several queues, and
// the fence proves nothing about the others. Cells that wait for time are set
// aside and others go on meanwhile. What cannot be set up is SKIP; what the
// kernel answers is an outcome; only a fault of the prober itself is a status
// that is not OK.
absl::Status RunProgram(const Program& program, const EngineOptions& options,
                        WorldControl& world, Tally& tally);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_ENGINE_H_
