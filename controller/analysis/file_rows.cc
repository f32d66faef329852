#include "controller/analysis/file_rows.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/behaviour/canonical.h"
#include "wire/digests.h"

namespace sockdrift {

RecordRow RowOf(const BehaviourEntry& entry) {
  const auto count = [&](CellStatus status) {
    return static_cast<int64_t>(entry.record.CountOf(status));
  };
  std::string canonical = EncodeRecord(entry.record, entry.measurement);
  return {.digest = Sha256(canonical),
          .behaviour = BehaviourDigest(entry.record, entry.measurement),
          .measurement = entry.measurement,
          .done = count(CellStatus::kDone),
          .skip = count(CellStatus::kSkip),
          .error = count(CellStatus::kError),
          .unstable = count(CellStatus::kUnstable),
          .miss = count(CellStatus::kMiss),
          .canonical = std::move(canonical)};
}

absl::Status AddProgramRows(const BehaviourFile& file,
                            const BehaviourEntry& entry, ProgramBook& programs,
                            std::vector<Change>& changes) {
  const Program* program = file.FindProgram(entry.measurement);
  if (program == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the file lacks the program of ", entry.plan, ": it is corrupt"));
  }
  if (programs.Find(entry.measurement).ok()) return absl::OkStatus();
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<Change> rows,
                             programs.Add(*program, entry.plan));
  std::move(rows.begin(), rows.end(), std::back_inserter(changes));
  return absl::OkStatus();
}

}  // namespace sockdrift
