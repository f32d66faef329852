// What a vendor's document says of sockets, as an entry of the atlas: a YAML
// file that names cells of the catalogue's plans and what they show there.
#ifndef SOCKDRIFT_ATLAS_PACK_DOCUMENTED_FILE_H_
#define SOCKDRIFT_ATLAS_PACK_DOCUMENTED_FILE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "compiler/compile.h"
#include "wire/behaviour_file.h"

namespace sockdrift {

// One host, whose records are DONE in the cells that the document speaks of.
// INVALID_ARGUMENT with one line for each mistake: what is no such file, a
// plan, cell or observation that the catalogue lacks, and two statements that
// contradict each other in a cell.
absl::StatusOr<BehaviourFile> ParseDocumented(
    absl::string_view yaml, absl::string_view file,
    absl::Span<const CompiledPlan> catalogue);

}  // namespace sockdrift

#endif  // SOCKDRIFT_ATLAS_PACK_DOCUMENTED_FILE_H_
