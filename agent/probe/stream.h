// The probe where no memory can be shared with it: jobs come in and results go
// out as frames (agent/supervise/frames.h).
#ifndef SOCKDRIFT_AGENT_PROBE_STREAM_H_
#define SOCKDRIFT_AGENT_PROBE_STREAM_H_

#include <string>

#include "absl/status/status.h"

namespace sockdrift {

struct StreamEnds {
  std::string input;   // a file; empty: standard input
  std::string output;  // a file; empty: standard output
};

// Reads jobs to the end of the input, runs one after the other, each in a child
// of its own, and writes this kernel's facts and the results. A child that
// hangs is killed, one that crashes costs its job only.
absl::Status RunStream(const StreamEnds& ends);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_PROBE_STREAM_H_
