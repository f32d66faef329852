// What the store keeps of a behaviour file's entries.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_FILE_ROWS_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_FILE_ROWS_H_

#include <vector>

#include "absl/status/status.h"
#include "controller/runs/program_book.h"
#include "controller/store/rows.h"
#include "wire/behaviour_file.h"

namespace sockdrift {

RecordRow RowOf(const BehaviourEntry& entry);

// Adds what the entry's program needs, where the book lacks it.
// INVALID_ARGUMENT where the file lacks it too.
absl::Status AddProgramRows(const BehaviourFile& file,
                            const BehaviourEntry& entry, ProgramBook& programs,
                            std::vector<Change>& changes);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_FILE_ROWS_H_
