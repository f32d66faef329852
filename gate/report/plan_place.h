// Where plans stand, for reports that point at a file and a line.
#ifndef SOCKDRIFT_GATE_REPORT_PLAN_PLACE_H_
#define SOCKDRIFT_GATE_REPORT_PLAN_PLACE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace sockdrift {

struct PlanPlace {
  std::string file;  // "plans/bind/conflict.yaml"
  int line = 1;      // of its `plan:`
};

// By plan's name. The built-in plans' and those of these folders; nothing is
// compiled. INVALID_ARGUMENT where a folder cannot be read.
using PlanPlaces = std::map<std::string, PlanPlace>;
absl::StatusOr<PlanPlaces> FindPlanPlaces(
    const std::vector<std::string>& folders);

}  // namespace sockdrift

#endif  // SOCKDRIFT_GATE_REPORT_PLAN_PLACE_H_
