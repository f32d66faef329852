// The look-ups of the store, each over one connection.
#ifndef SOCKDRIFT_CONTROLLER_STORE_SQLITE_READS_H_
#define SOCKDRIFT_CONTROLLER_STORE_SQLITE_READS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/store/rows.h"
#include "controller/store/sqlite_connection.h"

namespace sockdrift {

absl::StatusOr<StoredState> LoadState(SqliteConnection& db);
// The body that `sql` selects by a digest; NOT_FOUND, naming `what`.
absl::StatusOr<std::string> SelectBody(SqliteConnection& db,
                                       absl::string_view sql,
                                       const Digest& digest,
                                       absl::string_view what);
absl::StatusOr<std::vector<PlanRow>> SelectPlans(SqliteConnection& db);
absl::StatusOr<ReportRow> SelectReport(SqliteConnection& db,
                                       const Digest& digest);
absl::StatusOr<RecordRow> SelectRecord(SqliteConnection& db,
                                       const Digest& digest, bool with_body);
absl::StatusOr<RunRow> SelectRun(SqliteConnection& db, absl::string_view id);
absl::StatusOr<std::vector<RunRow>> SelectRuns(SqliteConnection& db, int limit);
absl::StatusOr<std::vector<RunHostRow>> SelectRunHosts(SqliteConnection& db,
                                                       absl::string_view run);
absl::StatusOr<std::vector<SightingRow>> SelectSightings(
    SqliteConnection& db, absl::string_view host);
absl::StatusOr<std::vector<ProofRow>> SelectProofs(SqliteConnection& db,
                                                   const Digest& measurement,
                                                   World world);

// Ascending by name, without members.
absl::StatusOr<std::vector<BaselineRow>> SelectBaselines(SqliteConnection& db);
absl::StatusOr<BaselineRow> SelectBaseline(SqliteConnection& db,
                                           absl::string_view name);

// The oldest first, removed ones included.
absl::StatusOr<std::vector<AcknowledgementRow>> SelectAcknowledgements(
    SqliteConnection& db);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_STORE_SQLITE_READS_H_
