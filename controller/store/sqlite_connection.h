// One connection to an SQLite database and its prepared statements. Used by
// one thread at a time.
#ifndef SOCKDRIFT_CONTROLLER_STORE_SQLITE_CONNECTION_H_
#define SOCKDRIFT_CONTROLLER_STORE_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/digest.h"

namespace sockdrift {

// A prepared statement. Values are bound in order; Step() runs it. Between two
// uses the connection resets it.
class SqliteStatement {
 public:
  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}

  SqliteStatement& Bind(int64_t value);
  SqliteStatement& Bind(absl::string_view text);
  SqliteStatement& Bind(absl::Time time);  // microseconds since 1970
  SqliteStatement& Bind(const Digest& digest);
  SqliteStatement& BindBlob(absl::string_view bytes);
  SqliteStatement& BindNull();
  template <typename T>
  SqliteStatement& Bind(const std::optional<T>& value) {
    return value.has_value() ? Bind(*value) : BindNull();
  }

  // True: there is a row. False: it is done.
  absl::StatusOr<bool> Step();
  // Runs one that returns no row.
  absl::Status Run();

  // Columns of the row, from 0.
  int64_t Integer(int column) const;
  std::string Text(int column) const;
  std::string Blob(int column) const;
  absl::Time TimeAt(int column) const;
  // The digest of a column that holds one; zeroes where it does not.
  Digest DigestAt(int column) const;
  bool IsNull(int column) const;

 private:
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

class SqliteConnection {
 public:
  // Opens or makes the file. DATA_LOSS when it is no database.
  static absl::StatusOr<std::unique_ptr<SqliteConnection>> Open(
      const std::string& path);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // Runs SQL without results, several statements at once.
  absl::Status Execute(absl::string_view sql);
  // The prepared statement of this text, reset; kept for the next time.
  absl::StatusOr<SqliteStatement> Prepare(absl::string_view sql);
  // Ends the reading of all statements, so that they hold no snapshot.
  void ResetStatements();
  absl::StatusOr<int64_t> Pragma(absl::string_view name);
  // Rows that the last statement changed.
  int64_t Changes() const { return sqlite3_changes64(db_); }

 private:
  explicit SqliteConnection(sqlite3* db) : db_(db) {}

  sqlite3* db_;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

// What a result code means to the one who asked: RESOURCE_EXHAUSTED for a full
// disk, DATA_LOSS for a damaged file, UNAVAILABLE for a locked one.
absl::Status SqliteError(sqlite3* db, absl::string_view doing);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_STORE_SQLITE_CONNECTION_H_
