#include "controller/store/sqlite_reads.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

// The rows of a statement, each made by `read`.
template <typename Row>
absl::StatusOr<std::vector<Row>> Collect(SqliteStatement statement,
                                         Row (*read)(const SqliteStatement&)) {
  std::vector<Row> rows;
  while (true) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const bool more, statement.Step());
    if (!more) return rows;
    rows.push_back(read(statement));
  }
}

std::optional<Digest> MaybeDigest(const SqliteStatement& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return row.DigestAt(column);
}

std::optional<absl::Time> MaybeTime(const SqliteStatement& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return row.TimeAt(column);
}

HostRow ReadHost(const SqliteStatement& row) {
  HostRow host{.id = row.Text(0),
               .process_uuid = row.Text(1),
               .agent_version = row.Text(2),
               .labels = {},
               .first_seen = row.TimeAt(4),
               .last_seen = row.TimeAt(5),
               .duplicate = row.Integer(6) != 0};
  for (absl::string_view label :
       absl::StrSplit(row.Text(3), ',', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> pair =
        absl::StrSplit(label, absl::MaxSplits('=', 1));
    host.labels.insert(pair);
  }
  return host;
}

HostFactsRow ReadHostFacts(const SqliteStatement& row) {
  return {.host = row.Text(0),
          .facts = row.DigestAt(3),
          .first_seen = row.TimeAt(1),
          .last_seen = row.TimeAt(2)};
}

RunRow ReadRun(const SqliteStatement& row) {
  return {.id = row.Text(0),
          .phase = static_cast<RunPhase>(row.Integer(1)),
          .standing = row.Integer(2) != 0,
          .set = row.DigestAt(3),
          .world = static_cast<World>(row.Integer(4)),
          .selector = row.Text(5),
          .created = row.TimeAt(6),
          .deadline = row.TimeAt(7),
          .ended = MaybeTime(row, 8),
          .parallel_limit = static_cast<int>(row.Integer(9)),
          .experiment = row.Integer(10) != 0};
}

RunHostRow ReadRunHost(const SqliteStatement& row) {
  return {.run = row.Text(0),
          .host = row.Text(1),
          .state = static_cast<RunHostState>(row.Integer(2)),
          .not_before = row.TimeAt(3),
          .report = MaybeDigest(row, 4),
          .facts = MaybeDigest(row, 5),
          .ended = MaybeTime(row, 6),
          .reason = row.Text(7)};
}

SightingRow ReadSighting(const SqliteStatement& row) {
  return {.host = row.Text(0),
          .measurement = row.DigestAt(1),
          .world = static_cast<World>(row.Integer(2)),
          .behaviour = row.DigestAt(5),
          .record = row.DigestAt(6),
          .facts = MaybeDigest(row, 7),
          .first_seen = row.TimeAt(3),
          .last_seen = row.TimeAt(4)};
}

ProofRow ReadProof(const SqliteStatement& row) {
  return {.measurement = row.DigestAt(0),
          .world = static_cast<World>(row.Integer(1)),
          .behaviour = row.DigestAt(2),
          .reference = row.DigestAt(3),
          .facts = row.Text(4),
          .body = row.Blob(5)};
}

PlanRow ReadPlan(const SqliteStatement& row) {
  return {.measurement = row.DigestAt(0),
          .name = row.Text(1),
          .title = row.Text(2),
          .yaml = row.Text(3)};
}

BaselineRow ReadBaseline(const SqliteStatement& row) {
  return {.name = row.Text(0),
          .source = row.Text(1),
          .set = row.TimeAt(2),
          .members = {}};
}

BaselineMember ReadBaselineMember(const SqliteStatement& row) {
  return {.host = row.Text(1),
          .plan = row.Text(2),
          .measurement = row.DigestAt(3),
          .world = static_cast<World>(row.Integer(4)),
          .behaviour = row.DigestAt(6),
          .record = row.DigestAt(5),
          .facts = MaybeDigest(row, 7),
          .taken = row.TimeAt(8)};
}

AcknowledgementRow ReadAcknowledgement(const SqliteStatement& row) {
  return {.id = row.Text(0),
          .where = row.Text(1),
          .selector = row.Text(2),
          .behaviour = row.Text(3),
          .owner = row.Text(4),
          .reason = row.Text(5),
          .link = row.Text(6),
          .expires = row.Text(7),
          .created_by = row.Text(8),
          .created = row.TimeAt(9),
          .removed_by = row.Text(10),
          .removed = MaybeTime(row, 11)};
}

template <typename Row>
absl::StatusOr<std::vector<Row>> SelectAll(
    SqliteConnection& db, absl::string_view sql,
    Row (*read)(const SqliteStatement&)) {
  SOCKDRIFT_ASSIGN_OR_RETURN(SqliteStatement statement, db.Prepare(sql));
  return Collect(statement, read);
}

}  // namespace

absl::StatusOr<StoredState> LoadState(SqliteConnection& db) {
  StoredState state;
  SOCKDRIFT_ASSIGN_OR_RETURN(
      state.hosts, SelectAll(db, "SELECT * FROM host ORDER BY id", &ReadHost));
  SOCKDRIFT_ASSIGN_OR_RETURN(
      state.facts,
      SelectAll(db,
                "SELECT * FROM host_facts AS f WHERE first_seen=(SELECT "
                "max(first_seen) FROM host_facts WHERE host=f.host)",
                &ReadHostFacts));
  SOCKDRIFT_ASSIGN_OR_RETURN(
      state.sightings,
      SelectAll(db,
                "SELECT * FROM sighting AS s WHERE first_seen=(SELECT "
                "max(first_seen) FROM sighting WHERE host=s.host AND "
                "measurement=s.measurement AND world=s.world)",
                &ReadSighting));
  SOCKDRIFT_ASSIGN_OR_RETURN(
      state.runs,
      SelectAll(db, "SELECT * FROM run WHERE phase=1 ORDER BY created, id",
                &ReadRun));
  SOCKDRIFT_ASSIGN_OR_RETURN(
      state.run_hosts,
      SelectAll(db,
                "SELECT * FROM run_host WHERE run IN (SELECT id FROM run WHERE "
                "phase=1)",
                &ReadRunHost));
  return state;
}

absl::StatusOr<std::string> SelectBody(SqliteConnection& db,
                                       absl::string_view sql,
                                       const Digest& digest,
                                       absl::string_view what) {
  SOCKDRIFT_ASSIGN_OR_RETURN(SqliteStatement statement, db.Prepare(sql));
  SOCKDRIFT_ASSIGN_OR_RETURN(const bool row, statement.Bind(digest).Step());
  if (!row) {
    return absl::NotFoundError(
        absl::StrCat("the store has no ", what, " ", digest.Hex()));
  }
  return statement.Blob(0);
}

absl::StatusOr<std::vector<PlanRow>> SelectPlans(SqliteConnection& db) {
  // The rowid grows with each insert: the newest program of a name is last.
  return SelectAll(db, "SELECT * FROM plan ORDER BY rowid", &ReadPlan);
}

absl::StatusOr<ReportRow> SelectReport(SqliteConnection& db,
                                       const Digest& digest) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement statement,
      db.Prepare(
          "SELECT assignment_set, genome, body FROM report WHERE digest=?"));
  SOCKDRIFT_ASSIGN_OR_RETURN(const bool row, statement.Bind(digest).Step());
  if (!row) {
    return absl::NotFoundError(
        absl::StrCat("the store has no report ", digest.Hex()));
  }
  return ReportRow{.digest = digest,
                   .set = statement.DigestAt(0),
                   .genome = statement.DigestAt(1),
                   .members = {},
                   .body = statement.Blob(2)};
}

absl::StatusOr<RecordRow> SelectRecord(SqliteConnection& db,
                                       const Digest& digest, bool with_body) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement statement,
      db.Prepare(with_body ? "SELECT behaviour, measurement, done, skip, error,"
                             "unstable, miss, canonical FROM record WHERE "
                             "digest=?"
                           : "SELECT behaviour, measurement, done, skip, error,"
                             "unstable, miss FROM record WHERE digest=?"));
  SOCKDRIFT_ASSIGN_OR_RETURN(const bool row, statement.Bind(digest).Step());
  if (!row) {
    return absl::NotFoundError(
        absl::StrCat("the store has no record ", digest.Hex()));
  }
  return RecordRow{.digest = digest,
                   .behaviour = statement.DigestAt(0),
                   .measurement = statement.DigestAt(1),
                   .done = statement.Integer(2),
                   .skip = statement.Integer(3),
                   .error = statement.Integer(4),
                   .unstable = statement.Integer(5),
                   .miss = statement.Integer(6),
                   .canonical = with_body ? statement.Blob(7) : ""};
}

absl::StatusOr<RunRow> SelectRun(SqliteConnection& db, absl::string_view id) {
  SOCKDRIFT_ASSIGN_OR_RETURN(SqliteStatement statement,
                             db.Prepare("SELECT * FROM run WHERE id=?"));
  SOCKDRIFT_ASSIGN_OR_RETURN(const bool row, statement.Bind(id).Step());
  if (!row) return absl::NotFoundError(absl::StrCat("there is no run ", id));
  return ReadRun(statement);
}

absl::StatusOr<std::vector<RunRow>> SelectRuns(SqliteConnection& db,
                                               int limit) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement statement,
      db.Prepare("SELECT * FROM run ORDER BY created DESC, id LIMIT ?"));
  return Collect(statement.Bind(int64_t{limit}), &ReadRun);
}

absl::StatusOr<std::vector<RunHostRow>> SelectRunHosts(SqliteConnection& db,
                                                       absl::string_view run) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement statement,
      db.Prepare("SELECT * FROM run_host WHERE run=? ORDER BY host"));
  return Collect(statement.Bind(run), &ReadRunHost);
}

absl::StatusOr<std::vector<SightingRow>> SelectSightings(
    SqliteConnection& db, absl::string_view host) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement statement,
      db.Prepare("SELECT * FROM sighting WHERE host=? ORDER BY first_seen"));
  return Collect(statement.Bind(host), &ReadSighting);
}

absl::StatusOr<std::vector<ProofRow>> SelectProofs(SqliteConnection& db,
                                                   const Digest& measurement,
                                                   World world) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement statement,
      db.Prepare("SELECT * FROM proof WHERE measurement=? AND world=?"));
  return Collect(statement.Bind(measurement).Bind(static_cast<int64_t>(world)),
                 &ReadProof);
}

absl::StatusOr<std::vector<BaselineRow>> SelectBaselines(SqliteConnection& db) {
  return SelectAll(db, "SELECT * FROM baseline ORDER BY name", &ReadBaseline);
}

absl::StatusOr<BaselineRow> SelectBaseline(SqliteConnection& db,
                                           absl::string_view name) {
  SOCKDRIFT_ASSIGN_OR_RETURN(SqliteStatement statement,
                             db.Prepare("SELECT * FROM baseline WHERE name=?"));
  SOCKDRIFT_ASSIGN_OR_RETURN(const bool row, statement.Bind(name).Step());
  if (!row) {
    return absl::NotFoundError(absl::StrCat("there is no baseline ", name));
  }
  BaselineRow baseline = ReadBaseline(statement);
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement members,
      db.Prepare("SELECT * FROM baseline_member WHERE baseline=? "
                 "ORDER BY host, plan, world, measurement"));
  SOCKDRIFT_ASSIGN_OR_RETURN(
      baseline.members,
      Collect(std::move(members.Bind(name)), &ReadBaselineMember));
  return baseline;
}

absl::StatusOr<std::vector<AcknowledgementRow>> SelectAcknowledgements(
    SqliteConnection& db) {
  // The rowid grows with each insert.
  return SelectAll(db, "SELECT * FROM acknowledgement ORDER BY rowid",
                   &ReadAcknowledgement);
}

}  // namespace sockdrift
