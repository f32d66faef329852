// What experiments showed, as it is kept and as it travels to an operator.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_PROOF_PROTO_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_PROOF_PROTO_H_

#include <vector>

#include "absl/status/statusor.h"
#include "controller/analysis/plan_groups.h"
#include "controller/store/store.h"
#include "core/proof/trial.h"
#include "sockdrift/v1/evidence.pb.h"

namespace sockdrift {

v1::ProofEvidence ToProto(const Proof& proof);
// INVALID_ARGUMENT for a verdict or a world that is not known here.
absl::StatusOr<Proof> FromProto(const v1::ProofEvidence& proto);

// The row that keeps what was shown of a group of the plan and the first one.
ProofRow RowOf(const Proof& proof, const PlanGroups& plan, size_t group);

// What is kept of each group's difference from the first one, whichever of the
// two was the larger then.
absl::StatusOr<std::vector<std::vector<Proof>>> ReadProofs(
    Store& store, const PlanGroups& plan);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_PROOF_PROTO_H_
