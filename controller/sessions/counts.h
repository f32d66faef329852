// What the hub counts from the start of the process, for the metrics.
#ifndef SOCKDRIFT_CONTROLLER_SESSIONS_COUNTS_H_
#define SOCKDRIFT_CONTROLLER_SESSIONS_COUNTS_H_

#include <cstdint>
#include <map>
#include <string>

#include "controller/store/rows.h"

namespace sockdrift {

struct HubCounts {
  int64_t sessions_opened = 0;
  // Streams that were ended, by the name of the status code; "closed" for those
  // that the agent ended.
  std::map<std::string, int64_t> sessions_ended;
  int64_t duplicates_refused = 0;
  // Runs that ended, by phase.
  std::map<RunPhase, int64_t> runs_ended;
  int64_t runs_started = 0;
  int64_t runs_running = 0;
  // Hosts of runs that came to a final list.
  std::map<RunHostState, int64_t> results;
  // Cells of answers that were committed, by status' name.
  std::map<std::string, int64_t> cells;
  int64_t reports_received = 0;
  int64_t records_received = 0;
  int64_t commits_failed = 0;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_SESSIONS_COUNTS_H_
