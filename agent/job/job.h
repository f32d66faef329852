// What a probe is given: one plan's program and how to run it.
#ifndef SOCKDRIFT_AGENT_JOB_JOB_H_
#define SOCKDRIFT_AGENT_JOB_JOB_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/plan/program.h"
#include "core/plan/world.h"

namespace sockdrift {

struct Job {
  std::string plan;  // its name, for messages only
  Program program;
  World world = World::kReplica;
  // The namespace whose sysctls a replica copies, or that `own` means; empty:
  // the one that the probe was started in.
  std::string netns;
  // Sysctls set in a fresh world after all others ("net.ipv6.bindv6only" to
  // "1"): an experiment. Refused in a world that is not fresh.
  std::map<std::string, std::string> overrides;
  // The probe leaves its cgroup for the root of the v2 hierarchy first.
  // Refused in a world that is not fresh.
  bool root_cgroup = false;
  std::vector<uint32_t> cells;  // cell numbers, ascending; empty: all
  uint8_t repeats = 0;          // 0: the program's own
  // Not 0: the cells run in the order that this seed shuffles them into. What
  // an earlier cell left behind must never show.
  uint64_t shuffle_seed = 0;
  // The ports that `own` and `host` worlds may use, inclusive.
  uint16_t first_port = 1;
  uint16_t last_port = 65535;
  // Limits that the probe puts on itself before it does anything else
  // (RLIMIT_NOFILE and RLIMIT_AS); 0: none.
  uint32_t max_open_files = 0;
  uint64_t max_memory_bytes = 0;
  // Runs when nothing else wants its CPU (SCHED_IDLE): the host's own work
  // comes first. A person who waits for an audit gets ordinary priority.
  bool background = false;
};

// The bytes that travel to a probe: its standard input or its job memfd.
std::string EncodeJob(const Job& job);
// As DecodeProgram answers.
absl::StatusOr<Job> DecodeJob(absl::string_view bytes);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_JOB_JOB_H_
