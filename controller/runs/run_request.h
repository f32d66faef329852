// From what an operator asks for to what hosts are to run.
#ifndef SOCKDRIFT_CONTROLLER_RUNS_RUN_REQUEST_H_
#define SOCKDRIFT_CONTROLLER_RUNS_RUN_REQUEST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "compiler/catalogue.h"
#include "controller/fleet/selector.h"
#include "core/plan/world.h"
#include "sockdrift/v1/fleet_service.pb.h"
#include "wire/convert/assignment_set.h"

namespace sockdrift {

// Of the catalogue, or brought by an operator.
using PlanOfRun = CatalogueEntry;

// A checked request.
struct RunOrder {
  std::vector<PlanOfRun> plans;  // in the order of the set's assignments
  AssignmentSet set;
  World world = World::kReplica;
  std::string selector_text;
  Selector selector;
  absl::Duration timeout;
  absl::Duration jitter;
  int parallel_limit = 0;
  bool connected_only = false;
  bool standing = false;
  bool experiment = false;
};

// Compiles and checks. `catalogue` are the plans that have names here.
// INVALID_ARGUMENT, with every error of a plan; NOT_FOUND for a plan or a cell
// that does not exist.
absl::StatusOr<RunOrder> ReadRunRequest(
    const v1::StartRunRequest& request,
    const std::vector<PlanOfRun>& catalogue);

// The compiled-in plans and those of the folders, as CatalogueWith answers.
absl::StatusOr<std::vector<PlanOfRun>> LoadCatalogue(
    const std::vector<std::string>& folders);

// The standing order: the whole catalogue save its long plans, every host.
absl::StatusOr<RunOrder> StandingOrder(const std::vector<PlanOfRun>& catalogue,
                                       absl::Duration interval,
                                       absl::Duration jitter);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_RUNS_RUN_REQUEST_H_
