#include "controller/store/sqlite_connection.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace sockdrift {

absl::Status SqliteError(sqlite3* db, absl::string_view doing) {
  const int code = sqlite3_extended_errcode(db);
  const int system = sqlite3_system_errno(db);
  const std::string message =
      absl::StrCat(doing, ": ", sqlite3_errmsg(db), " (SQLite ", code, ")");
  // A full disk shows as an I/O error where SQLite wanted to enlarge a file
  // otherwise than by writing.
  const bool io = (code & 0xff) == SQLITE_IOERR;
  if ((code & 0xff) == SQLITE_FULL ||
      (io && (system == ENOSPC || system == EDQUOT)) ||
      code == SQLITE_IOERR_SHMSIZE) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the disk of the data directory is full (", message,
                     "): make room; agents keep what is not acknowledged and "
                     "send it again"));
  }
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(absl::StrCat(
          message,
          ": the database is damaged; put the file aside or restore "
          "it from a backup"));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(message);
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return absl::PermissionDeniedError(absl::StrCat(
          message, ": the data directory must be writable by the controller"));
    default:
      return absl::InternalError(message);
  }
}

SqliteStatement& SqliteStatement::Bind(int64_t value) {
  sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

SqliteStatement& SqliteStatement::Bind(absl::string_view text) {
  sqlite3_bind_text64(statement_, ++bound_, text.data(), text.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

SqliteStatement& SqliteStatement::Bind(absl::Time time) {
  return Bind(int64_t{absl::ToUnixMicros(time)});
}

SqliteStatement& SqliteStatement::Bind(const Digest& digest) {
  return BindBlob(digest.View());
}

SqliteStatement& SqliteStatement::BindBlob(absl::string_view bytes) {
  // A null pointer would bind NULL, which is not an empty blob.
  const char* data = bytes.empty() ? "" : bytes.data();
  sqlite3_bind_blob64(statement_, ++bound_, data, bytes.size(),
                      SQLITE_TRANSIENT);
  return *this;
}

SqliteStatement& SqliteStatement::BindNull() {
  sqlite3_bind_null(statement_, ++bound_);
  return *this;
}

absl::StatusOr<bool> SqliteStatement::Step() {
  switch (sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return SqliteError(sqlite3_db_handle(statement_),
                         sqlite3_sql(statement_));
  }
}

absl::Status SqliteStatement::Run() {
  absl::StatusOr<bool> row = Step();
  sqlite3_reset(statement_);
  return row.status();
}

int64_t SqliteStatement::Integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string SqliteStatement::Text(int column) const { return Blob(column); }

std::string SqliteStatement::Blob(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return std::string(static_cast<const char*>(data),
                     data == nullptr ? 0 : size);
}

absl::Time SqliteStatement::TimeAt(int column) const {
  return absl::FromUnixMicros(Integer(column));
}

Digest SqliteStatement::DigestAt(int column) const {
  return Digest::FromBytes(Blob(column)).value_or(Digest());
}

bool SqliteStatement::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(
    const std::string& path) {
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &db,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
      nullptr);
  if (db == nullptr)
    return absl::ResourceExhaustedError("no memory for SQLite");
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(db));
  if (code != SQLITE_OK) return SqliteError(db, absl::StrCat("open ", path));
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, 5000 /* ms */);
  return connection;
}

SqliteConnection::~SqliteConnection() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(db_);
}

absl::Status SqliteConnection::Execute(absl::string_view sql) {
  if (sqlite3_exec(db_, std::string(sql).c_str(), nullptr, nullptr, nullptr) !=
      SQLITE_OK) {
    return SqliteError(db_, sql.substr(0, 60));
  }
  return absl::OkStatus();
}

absl::StatusOr<SqliteStatement> SqliteConnection::Prepare(
    absl::string_view sql) {
  sqlite3_stmt*& statement = statements_[std::string(sql)];
  if (statement == nullptr) {
    if (sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement,
                           nullptr) != SQLITE_OK) {
      statement = nullptr;
      return SqliteError(db_, sql);
    }
  }
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return SqliteStatement(statement);
}

void SqliteConnection::ResetStatements() {
  for (auto& [sql, statement] : statements_) sqlite3_reset(statement);
}

absl::StatusOr<int64_t> SqliteConnection::Pragma(absl::string_view name) {
  SOCKDRIFT_ASSIGN_OR_RETURN(SqliteStatement statement,
                             Prepare(absl::StrCat("PRAGMA ", name)));
  SOCKDRIFT_ASSIGN_OR_RETURN(const bool row, statement.Step());
  const int64_t value = row ? statement.Integer(0) : 0;
  ResetStatements();
  return value;
}

}  // namespace sockdrift
