#include "controller/store/sqlite_migrations.h"

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

// "skdr": what SQLite calls the application id of the file.
constexpr int64_t kApplicationId = 0x736b6472;

// Step n brings version n - 1 to n. A step that was released never changes.
// Times are microseconds since 1970; digests are 32 bytes. Bodies come last in
// their rows, so that a look-up of the rest does not read them.
constexpr absl::string_view kSteps[] = {
    R"sql(
CREATE TABLE program (
  digest BLOB PRIMARY KEY,
  canonical BLOB NOT NULL
) STRICT;
CREATE TABLE plan (
  measurement BLOB NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  yaml TEXT NOT NULL,
  PRIMARY KEY (measurement, name)
) STRICT;
CREATE TABLE assignment_set (
  digest BLOB PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;
CREATE TABLE record (
  digest BLOB PRIMARY KEY,
  behaviour BLOB NOT NULL,
  measurement BLOB NOT NULL,
  done INTEGER NOT NULL,
  skip INTEGER NOT NULL,
  error INTEGER NOT NULL,
  unstable INTEGER NOT NULL,
  miss INTEGER NOT NULL,
  canonical BLOB NOT NULL
) STRICT;
CREATE TABLE genome_member (
  genome BLOB NOT NULL,
  measurement BLOB NOT NULL,
  behaviour BLOB NOT NULL,
  PRIMARY KEY (genome, measurement, behaviour)
) STRICT, WITHOUT ROWID;
CREATE TABLE report (
  digest BLOB PRIMARY KEY,
  assignment_set BLOB NOT NULL,
  genome BLOB NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE TABLE facts (
  digest BLOB PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;
CREATE TABLE host (
  id TEXT PRIMARY KEY,
  process_uuid TEXT NOT NULL,
  agent_version TEXT NOT NULL,
  labels TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  duplicate INTEGER NOT NULL
) STRICT;
CREATE TABLE host_facts (
  host TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  facts BLOB NOT NULL,
  PRIMARY KEY (host, first_seen)
) STRICT, WITHOUT ROWID;
CREATE TABLE run (
  id TEXT PRIMARY KEY,
  phase INTEGER NOT NULL,
  standing INTEGER NOT NULL,
  assignment_set BLOB NOT NULL,
  world INTEGER NOT NULL,
  selector TEXT NOT NULL,
  created INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  ended INTEGER,
  parallel_limit INTEGER NOT NULL,
  experiment INTEGER NOT NULL
) STRICT;
CREATE TABLE run_host (
  run TEXT NOT NULL,
  host TEXT NOT NULL,
  state INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  report BLOB,
  facts BLOB,
  ended INTEGER,
  reason TEXT NOT NULL,
  PRIMARY KEY (run, host)
) STRICT, WITHOUT ROWID;
CREATE TABLE sighting (
  host TEXT NOT NULL,
  measurement BLOB NOT NULL,
  world INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  behaviour BLOB NOT NULL,
  record BLOB NOT NULL,
  facts BLOB,
  PRIMARY KEY (host, measurement, world, first_seen)
) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
CREATE TABLE proof (
  measurement BLOB NOT NULL,
  world INTEGER NOT NULL,
  behaviour BLOB NOT NULL,
  reference BLOB NOT NULL,
  facts TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (measurement, world, behaviour, reference, facts)
) STRICT, WITHOUT ROWID;
)sql",
    // A baseline pins bodies: where it does, a DELETE passes them over, so
    // that no retention has to know of baselines.
    R"sql(
CREATE TABLE baseline (
  name TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  set_at INTEGER NOT NULL
) STRICT;
CREATE TABLE baseline_member (
  baseline TEXT NOT NULL,
  host TEXT NOT NULL,
  plan TEXT NOT NULL,
  measurement BLOB NOT NULL,
  world INTEGER NOT NULL,
  record BLOB NOT NULL,
  behaviour BLOB NOT NULL,
  facts BLOB,
  taken INTEGER NOT NULL,
  PRIMARY KEY (baseline, host, plan, measurement, world)
) STRICT, WITHOUT ROWID;
CREATE INDEX baseline_member_record ON baseline_member (record);
CREATE INDEX baseline_member_measurement ON baseline_member (measurement);
CREATE INDEX baseline_member_facts ON baseline_member (facts);
CREATE TRIGGER record_is_pinned BEFORE DELETE ON record
WHEN EXISTS (SELECT 1 FROM baseline_member WHERE record=OLD.digest)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER program_is_pinned BEFORE DELETE ON program
WHEN EXISTS (SELECT 1 FROM baseline_member WHERE measurement=OLD.digest)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER facts_are_pinned BEFORE DELETE ON facts
WHEN EXISTS (SELECT 1 FROM baseline_member WHERE facts=OLD.digest)
BEGIN SELECT RAISE(IGNORE); END;
)sql",
    R"sql(
CREATE TABLE acknowledgement (
  id TEXT PRIMARY KEY,
  cells TEXT NOT NULL,
  selector TEXT NOT NULL,
  behaviour TEXT NOT NULL,
  owner TEXT NOT NULL,
  reason TEXT NOT NULL,
  link TEXT NOT NULL,
  expires TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created INTEGER NOT NULL,
  removed_by TEXT NOT NULL,
  removed INTEGER
) STRICT;
)sql",
};

absl::Status RunStep(SqliteConnection& connection, int number) {
  SOCKDRIFT_RETURN_IF_ERROR(connection.Execute("BEGIN IMMEDIATE"));
  absl::Status status = connection.Execute(kSteps[number - 1]);
  if (status.ok()) {
    status = connection.Execute(
        absl::StrCat("PRAGMA user_version=", number,
                     ";PRAGMA application_id=", kApplicationId, ";COMMIT"));
  }
  if (!status.ok()) connection.Execute("ROLLBACK").IgnoreError();
  return status;
}

}  // namespace

int SchemaVersion() { return static_cast<int>(std::size(kSteps)); }

absl::Status Migrate(SqliteConnection& connection) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const int64_t version,
                             connection.Pragma("user_version"));
  SOCKDRIFT_ASSIGN_OR_RETURN(const int64_t application,
                             connection.Pragma("application_id"));
  SOCKDRIFT_ASSIGN_OR_RETURN(const int64_t schema,
                             connection.Pragma("schema_version"));
  if (application != kApplicationId && (schema != 0 || version != 0)) {
    return absl::FailedPreconditionError(
        "the database was made by another program: give --data-dir a "
        "directory of the controller's own");
  }
  if (version > SchemaVersion()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the database has schema version ", version,
        ", written by a newer controller; this one knows versions up to ",
        SchemaVersion(),
        ": run the newer controller, or restore the backup that was made "
        "before the upgrade. Nothing was changed"));
  }
  for (int step = static_cast<int>(version) + 1; step <= SchemaVersion();
       ++step) {
    SOCKDRIFT_RETURN_IF_ERROR(RunStep(connection, step));
  }
  return absl::OkStatus();
}

}  // namespace sockdrift
