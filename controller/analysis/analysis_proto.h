// Groups, rules and explanations as they travel to an operator.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_ANALYSIS_PROTO_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_ANALYSIS_PROTO_H_

#include "absl/strings/string_view.h"
#include "controller/analysis/plan_groups.h"
#include "controller/runs/program_book.h"
#include "core/divergence/align.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "sockdrift/v1/analysis.pb.h"

namespace sockdrift {

// With `explained`, also what separates each group.
v1::PlanAnalysis ToProto(const PlanGroups& groups, bool explained);

// What differs in a comparison of which `program` is the left one, folded.
void WriteRules(absl::string_view plan, const KnownProgram& program,
                const Comparison& comparison, int group,
                google::protobuf::RepeatedPtrField<v1::DivergenceRule>& rules);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_ANALYSIS_PROTO_H_
