#include "controller/store/sqlite_writes.h"

#include "absl/strings/str_join.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

absl::Status Apply(SqliteConnection& db, const ProgramRow& row) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement insert,
      db.Prepare("INSERT INTO program VALUES (?,?) ON CONFLICT DO NOTHING"));
  return insert.Bind(row.digest).BindBlob(row.canonical).Run();
}

absl::Status Apply(SqliteConnection& db, const PlanRow& row) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement insert,
      db.Prepare("INSERT INTO plan VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET "
                 "title=excluded.title, yaml=excluded.yaml "
                 "WHERE excluded.yaml <> '' AND yaml <> excluded.yaml"));
  return insert.Bind(row.measurement)
      .Bind(row.name)
      .Bind(row.title)
      .Bind(row.yaml)
      .Run();
}

absl::Status Apply(SqliteConnection& db, const SetRow& row) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement insert,
      db.Prepare(
          "INSERT INTO assignment_set VALUES (?,?) ON CONFLICT DO NOTHING"));
  return insert.Bind(row.digest).BindBlob(row.body).Run();
}

absl::Status Apply(SqliteConnection& db, const RecordRow& row) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement insert,
      db.Prepare("INSERT INTO record VALUES (?,?,?,?,?,?,?,?,?) "
                 "ON CONFLICT DO NOTHING"));
  return insert.Bind(row.digest)
      .Bind(row.behaviour)
      .Bind(row.measurement)
      .Bind(row.done)
      .Bind(row.skip)
      .Bind(row.error)
      .Bind(row.unstable)
      .Bind(row.miss)
      .BindBlob(row.canonical)
      .Run();
}

absl::Status Apply(SqliteConnection& db, const ReportRow& row) {
  for (const GenomeMember& member : row.members) {
    SOCKDRIFT_ASSIGN_OR_RETURN(
        SqliteStatement insert,
        db.Prepare(
            "INSERT INTO genome_member VALUES (?,?,?) ON CONFLICT DO NOTHING"));
    SOCKDRIFT_RETURN_IF_ERROR(insert.Bind(row.genome)
                                  .Bind(member.measurement)
                                  .Bind(member.behaviour)
                                  .Run());
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement insert,
      db.Prepare("INSERT INTO report VALUES (?,?,?,?) ON CONFLICT DO NOTHING"));
  return insert.Bind(row.digest)
      .Bind(row.set)
      .Bind(row.genome)
      .BindBlob(row.body)
      .Run();
}

absl::Status Apply(SqliteConnection& db, const FactsRow& row) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement insert,
      db.Prepare("INSERT INTO facts VALUES (?,?) ON CONFLICT DO NOTHING"));
  return insert.Bind(row.digest).BindBlob(row.body).Run();
}

absl::Status Apply(SqliteConnection& db, const HostRow& row) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement upsert,
      db.Prepare("INSERT INTO host VALUES (?,?,?,?,?,?,?) "
                 "ON CONFLICT DO UPDATE SET process_uuid=excluded.process_uuid,"
                 "agent_version=excluded.agent_version, labels=excluded.labels,"
                 "last_seen=excluded.last_seen, duplicate=excluded.duplicate"));
  return upsert.Bind(row.id)
      .Bind(row.process_uuid)
      .Bind(row.agent_version)
      .Bind(absl::StrJoin(row.labels, ",", absl::PairFormatter("=")))
      .Bind(row.first_seen)
      .Bind(row.last_seen)
      .Bind(int64_t{row.duplicate})
      .Run();
}

absl::Status Apply(SqliteConnection& db, const HostFactsRow& row) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement touch,
      db.Prepare("UPDATE host_facts SET last_seen=?3 WHERE host=?1 AND facts=?2"
                 " AND first_seen=(SELECT max(first_seen) FROM host_facts "
                 "WHERE host=?1)"));
  SOCKDRIFT_RETURN_IF_ERROR(
      touch.Bind(row.host).Bind(row.facts).Bind(row.last_seen).Run());
  if (db.Changes() > 0) return absl::OkStatus();
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement insert,
      db.Prepare("INSERT INTO host_facts VALUES (?,?,?,?) ON CONFLICT DO "
                 "UPDATE SET facts=excluded.facts"));
  return insert.Bind(row.host)
      .Bind(row.first_seen)
      .Bind(row.last_seen)
      .Bind(row.facts)
      .Run();
}

absl::Status Apply(SqliteConnection& db, const RunRow& row) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement upsert,
      db.Prepare("INSERT INTO run VALUES (?,?,?,?,?,?,?,?,?,?,?) "
                 "ON CONFLICT DO UPDATE SET phase=excluded.phase, "
                 "ended=excluded.ended, deadline=excluded.deadline"));
  return upsert.Bind(row.id)
      .Bind(static_cast<int64_t>(row.phase))
      .Bind(int64_t{row.standing})
      .Bind(row.set)
      .Bind(static_cast<int64_t>(row.world))
      .Bind(row.selector)
      .Bind(row.created)
      .Bind(row.deadline)
      .Bind(row.ended)
      .Bind(int64_t{row.parallel_limit})
      .Bind(int64_t{row.experiment})
      .Run();
}

absl::Status Apply(SqliteConnection& db, const RunHostRow& row) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement upsert,
      db.Prepare("INSERT INTO run_host VALUES (?,?,?,?,?,?,?,?) "
                 "ON CONFLICT DO UPDATE SET state=excluded.state, "
                 "not_before=excluded.not_before, report=excluded.report, "
                 "facts=excluded.facts, ended=excluded.ended, "
                 "reason=excluded.reason"));
  return upsert.Bind(row.run)
      .Bind(row.host)
      .Bind(static_cast<int64_t>(row.state))
      .Bind(row.not_before)
      .Bind(row.report)
      .Bind(row.facts)
      .Bind(row.ended)
      .Bind(row.reason)
      .Run();
}

absl::Status Apply(SqliteConnection& db, const ForgetRuns& row) {
  for (absl::string_view statement :
       {"DELETE FROM run_host WHERE run IN "
        "(SELECT id FROM run WHERE phase<>1 AND ended<?1)",
        "DELETE FROM run WHERE phase<>1 AND ended<?1"}) {
    SOCKDRIFT_ASSIGN_OR_RETURN(SqliteStatement forget, db.Prepare(statement));
    SOCKDRIFT_RETURN_IF_ERROR(forget.Bind(row.ended_before).Run());
  }
  return absl::OkStatus();
}

absl::Status Apply(SqliteConnection& db, const SightingRow& row) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement touch,
      db.Prepare(
          "UPDATE sighting SET last_seen=max(last_seen,?7) WHERE host=?1 AND "
          "measurement=?2 AND world=?3 AND behaviour=?4 AND record=?5 AND "
          "facts IS ?6 AND first_seen=(SELECT max(first_seen) FROM sighting "
          "WHERE host=?1 AND measurement=?2 AND world=?3)"));
  SOCKDRIFT_RETURN_IF_ERROR(touch.Bind(row.host)
                                .Bind(row.measurement)
                                .Bind(static_cast<int64_t>(row.world))
                                .Bind(row.behaviour)
                                .Bind(row.record)
                                .Bind(row.facts)
                                .Bind(row.last_seen)
                                .Run());
  if (db.Changes() > 0) return absl::OkStatus();
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement insert,
      db.Prepare("INSERT INTO sighting VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO "
                 "UPDATE SET last_seen=excluded.last_seen, "
                 "behaviour=excluded.behaviour, record=excluded.record, "
                 "facts=excluded.facts"));
  return insert.Bind(row.host)
      .Bind(row.measurement)
      .Bind(static_cast<int64_t>(row.world))
      .Bind(row.first_seen)
      .Bind(row.last_seen)
      .Bind(row.behaviour)
      .Bind(row.record)
      .Bind(row.facts)
      .Run();
}

absl::Status Apply(SqliteConnection& db, const ProofRow& row) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement upsert,
      db.Prepare("INSERT INTO proof VALUES (?,?,?,?,?,?) "
                 "ON CONFLICT DO UPDATE SET body=excluded.body"));
  return upsert.Bind(row.measurement)
      .Bind(static_cast<int64_t>(row.world))
      .Bind(row.behaviour)
      .Bind(row.reference)
      .Bind(row.facts)
      .BindBlob(row.body)
      .Run();
}

absl::Status RemoveBaseline(SqliteConnection& db, absl::string_view name) {
  for (absl::string_view statement :
       {"DELETE FROM baseline_member WHERE baseline=?",
        "DELETE FROM baseline WHERE name=?"}) {
    SOCKDRIFT_ASSIGN_OR_RETURN(SqliteStatement remove, db.Prepare(statement));
    SOCKDRIFT_RETURN_IF_ERROR(remove.Bind(name).Run());
  }
  return absl::OkStatus();
}

absl::Status Apply(SqliteConnection& db, const ForgetBaseline& row) {
  return RemoveBaseline(db, row.name);
}

// One of the same name is replaced.
absl::Status Apply(SqliteConnection& db, const BaselineRow& row) {
  SOCKDRIFT_RETURN_IF_ERROR(RemoveBaseline(db, row.name));
  SOCKDRIFT_ASSIGN_OR_RETURN(SqliteStatement insert,
                             db.Prepare("INSERT INTO baseline VALUES (?,?,?)"));
  SOCKDRIFT_RETURN_IF_ERROR(
      insert.Bind(row.name).Bind(row.source).Bind(row.set).Run());
  for (const BaselineMember& member : row.members) {
    SOCKDRIFT_ASSIGN_OR_RETURN(
        SqliteStatement add,
        db.Prepare("INSERT INTO baseline_member VALUES (?,?,?,?,?,?,?,?,?)"));
    SOCKDRIFT_RETURN_IF_ERROR(add.Bind(row.name)
                                  .Bind(member.host)
                                  .Bind(member.plan)
                                  .Bind(member.measurement)
                                  .Bind(static_cast<int64_t>(member.world))
                                  .Bind(member.record)
                                  .Bind(member.behaviour)
                                  .Bind(member.facts)
                                  .Bind(member.taken)
                                  .Run());
  }
  return absl::OkStatus();
}

// All that ever changes of one is that it is removed.
absl::Status Apply(SqliteConnection& db, const AcknowledgementRow& row) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      SqliteStatement upsert,
      db.Prepare("INSERT INTO acknowledgement VALUES "
                 "(?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                 "removed_by=excluded.removed_by, removed=excluded.removed"));
  return upsert.Bind(row.id)
      .Bind(row.where)
      .Bind(row.selector)
      .Bind(row.behaviour)
      .Bind(row.owner)
      .Bind(row.reason)
      .Bind(row.link)
      .Bind(row.expires)
      .Bind(row.created_by)
      .Bind(row.created)
      .Bind(row.removed_by)
      .Bind(row.removed)
      .Run();
}

}  // namespace

absl::Status ApplyChange(SqliteConnection& connection, const Change& change) {
  return std::visit(
      [&connection](const auto& row) { return Apply(connection, row); },
      change);
}

}  // namespace sockdrift
