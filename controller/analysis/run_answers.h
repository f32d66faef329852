// What the hosts of a run answered, read from the store.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_RUN_ANSWERS_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_RUN_ANSWERS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "controller/store/store.h"
#include "wire/convert/assignment_set.h"
#include "wire/convert/report.h"

namespace sockdrift {

struct RunAnswer {
  RunHostRow host;
  Report report;  // one result an assignment; empty without an answer
};

struct RunAnswers {
  AssignmentSet set;
  std::vector<RunAnswer> hosts;  // all that were selected
};

// What has come so far.
absl::StatusOr<RunAnswers> ReadRunAnswers(Store& store, const RunRow& run);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_RUN_ANSWERS_H_
