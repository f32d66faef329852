// The database's schema, as numbered steps.
#ifndef SOCKDRIFT_CONTROLLER_STORE_SQLITE_MIGRATIONS_H_
#define SOCKDRIFT_CONTROLLER_STORE_SQLITE_MIGRATIONS_H_

#include "absl/status/status.h"
#include "controller/store/sqlite_connection.h"

namespace sockdrift {

// The schema that this build reads and writes.
int SchemaVersion();

// Brings a database from whatever earlier version (an empty file is version 0)
// to SchemaVersion(), each step in a transaction of its own.
// FAILED_PRECONDITION for a database that a newer build wrote, and for one that
// is not ours.
absl::Status Migrate(SqliteConnection& connection);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_STORE_SQLITE_MIGRATIONS_H_
