// What a probe may use up, and what it may call.
#ifndef SOCKDRIFT_AGENT_WORLDS_CONFINEMENT_H_
#define SOCKDRIFT_AGENT_WORLDS_CONFINEMENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace sockdrift {

// For this process and what it starts: no new privileges, limits (descriptors
// up to the hard limit or 65536, no core file, 4 GiB of address space, an hour
// of CPU time), one CPU. Returns what was refused, a line each, worth a note;
// no_new_privs and the core limit alone are an error.
absl::Status LimitProcess(std::vector<std::string>& notes);

// The limits that a job carries, where they are lower than those; 0: none. A
// limit that cannot be set is an error: the host's operator asked for it.
absl::Status LimitAsAsked(uint32_t open_files, uint64_t memory_bytes);

// SCHED_IDLE: the process runs when nothing else wants its CPU. The status is
// of the errno.
absl::Status YieldToAll();

// Keeps the process on the CPU that it is running on: what a loopback packet
// sets off then happens before the call that sent it returns. The status is of
// the errno.
absl::Status StayOnOneCpu();

// The kernel kills this process when the thread that started it ends. Changing
// ids undoes it.
void EndWithParent();

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_CONFINEMENT_H_
