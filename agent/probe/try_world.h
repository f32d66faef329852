#ifndef SOCKDRIFT_AGENT_PROBE_TRY_WORLD_H_
#define SOCKDRIFT_AGENT_PROBE_TRY_WORLD_H_

#include <string>

namespace sockdrift {

// Makes a world in this process and says on standard output how that went, in
// lines that agent/worlds/doctor.cc reads: "available" or "refused: REASON",
// then "note: …" lines. Exit codes: 0 available, 1 refused, 2 no such world.
int TryWorld(const std::string& name);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_PROBE_TRY_WORLD_H_
