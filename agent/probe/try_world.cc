#include "agent/probe/try_world.h"

#include <cstdio>
#include <memory>

#include "absl/status/statusor.h"
#include "agent/job/job.h"
#include "agent/worlds/job_world.h"
#include "core/plan/world.h"

namespace sockdrift {

int TryWorld(const std::string& name) {
  const absl::StatusOr<World> world = ParseWorld(name);
  if (!world.ok()) {
    std::fprintf(stderr, "sockdrift-probe: %s\n",
                 std::string(world.status().message()).c_str());
    return 2;
  }
  Job job;
  job.world = *world;
  const absl::StatusOr<std::unique_ptr<JobWorld>> entered =
      JobWorld::Enter(job);
  absl::Status status = entered.status();
  if (status.ok()) status = (*entered)->SetUp();
  if (!status.ok()) {
    std::printf("refused: %s\n", std::string(status.message()).c_str());
    return 1;
  }
  std::puts("available");
  for (const std::string& note : (*entered)->notes()) {
    std::printf("note: %s\n", note.c_str());
  }
  return 0;
}

}  // namespace sockdrift
