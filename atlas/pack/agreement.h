// What several measurements of one host agree on.
#ifndef SOCKDRIFT_ATLAS_PACK_AGREEMENT_H_
#define SOCKDRIFT_ATLAS_PACK_AGREEMENT_H_

#include "absl/status/status.h"
#include "core/behaviour/record.h"
#include "core/plan/program.h"
#include "wire/behaviour_file.h"

namespace sockdrift {

// Cells that are DONE in both and differ become UNSTABLE, with what each
// showed; cells that are not DONE in the other become what they are there.
// Precondition: both are of the program's shape.
void KeepAgreed(const Program& program, Record& record, const Record& other);

// The same for every record of the file's one host. INVALID_ARGUMENT where the
// other file is not of the same plans.
absl::Status KeepAgreed(BehaviourFile& file, const BehaviourFile& other);

}  // namespace sockdrift

#endif  // SOCKDRIFT_ATLAS_PACK_AGREEMENT_H_
