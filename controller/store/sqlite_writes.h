#ifndef SOCKDRIFT_CONTROLLER_STORE_SQLITE_WRITES_H_
#define SOCKDRIFT_CONTROLLER_STORE_SQLITE_WRITES_H_

#include "absl/status/status.h"
#include "controller/store/rows.h"
#include "controller/store/sqlite_connection.h"

namespace sockdrift {

// Makes one change. Precondition: a transaction is open.
absl::Status ApplyChange(SqliteConnection& connection, const Change& change);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_STORE_SQLITE_WRITES_H_
